using Magvit.Infrastructure.Media;
using Magvit.Model.Evaluation;
using Magvit.Worker.Drawing;
using static TorchSharp.torch;

namespace Magvit.Worker.Evaluation;

/// <summary>Writes what an evaluation made as pictures and clips: real, baseline and made under each other, or side by side and moving.</summary>
internal static class SampleSheets
{
    private const double FrameRateHz = 8;

    /// <summary>Writes <c>NAME.png</c> and <c>NAME.mp4</c>, and <c>NAME-worst.png</c> where confidence tells which clips are worst.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="name">The task, or reconstruction.</param>
    /// <param name="baseline">The baseline's name; null without one.</param>
    /// <param name="shelf">The samples.</param>
    /// <param name="cancellationToken">Stops the encoder.</param>
    public static async Task WriteAsync(string folder, string name, string? baseline, SampleShelf shelf, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        if (shelf.First.Count > 0)
        {
            Draw(name, baseline, shelf.First).WritePng(Path.Combine(folder, $"{name}.png"));
            var motion = ClipSheet.Animate([.. shelf.First.Select(Row)]);
            await VideoWriter.WriteMp4Async(motion, Path.Combine(folder, $"{name}.mp4"), null, cancellationToken);
        }

        if (shelf.Worst.Count > 0)
        {
            Draw($"{name}, least confident", baseline, shelf.Worst).WritePng(Path.Combine(folder, $"{name}-worst.png"));
        }
    }

    private static Canvas Draw(string title, string? baseline, IReadOnlyList<EvaluatedSample> samples)
    {
        var rows = new List<(string, VideoFrames?)>();
        foreach (var sample in samples)
        {
            rows.Add(($"{sample.Number} {sample.ClassName}", Frames(sample.Real)));
            if (sample.Given is { } given)
            {
                rows.Add((baseline ?? "given", Frames(given)));
            }

            rows.Add((FormattableString.Invariant($"model {sample.Confidence:f2}"), Frames(sample.Made)));
            rows.Add(("", null));
        }

        return ClipSheet.Draw(title, rows);
    }

    private static IReadOnlyList<VideoFrames> Row(EvaluatedSample sample) => sample.Given is { } given
        ? [Frames(sample.Real), Frames(given), Frames(sample.Made)]
        : [Frames(sample.Real), Frames(sample.Made)];

    // uint8 [3, T, H, W].
    private static VideoFrames Frames(Tensor clip)
    {
        using var scope = NewDisposeScope();
        var bytes = clip.permute(1, 2, 3, 0).contiguous();
        return new VideoFrames(bytes.data<byte>().ToArray(), (int)bytes.size(0), (int)bytes.size(1), (int)bytes.size(2), FrameRateHz, []);
    }
}
