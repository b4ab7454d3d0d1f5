using System.Collections;
using System.Text.Json;
using Magvit.Domain.Jobs;
using Magvit.Domain.Json;
using Magvit.Model.Decoding;

namespace Magvit.Worker.Generation;

/// <summary>
/// What a preview says of its step, as text inside the PNG, so that whoever shows it can also show how sure the model is. Its name makes every preview a file
/// of its own: deleting one never takes another's.
/// </summary>
/// <param name="Name">Job, attempt and step.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Confidence">One byte a cell in base64, 255 for certain; null of a clip larger than the model's.</param>
/// <param name="Accepted">One bit a cell in base64, the first in the lowest bit: will not change any more.</param>
internal sealed record PreviewNote(string Name, int Step, int Steps, string? Confidence, string? Accepted)
{
    public static PreviewNote Of(Job job, int step, int steps, DecodingStep? outcome) => new(
        $"preview of job {job.Id}, attempt {job.Attempt}, step {step}", step, steps,
        outcome is null ? null : Convert.ToBase64String([.. outcome.Confidence.Select(p => (byte)Math.Round(255 * Math.Clamp(p, 0, 1)))]),
        outcome is null ? null : Convert.ToBase64String(Bits(outcome.IsAccepted)));

    public string ToJson() => JsonSerializer.Serialize(this, PlatformJson.Compact);

    private static byte[] Bits(bool[] marks)
    {
        var bytes = new byte[(marks.Length + 7) / 8];
        new BitArray(marks).CopyTo(bytes, 0);
        return bytes;
    }
}
