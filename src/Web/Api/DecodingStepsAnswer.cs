using Magvit.Domain.Decoding;
using Magvit.Domain.Models;

namespace Magvit.Web.Api;

/// <summary>The decoding steps of a clip as the API tells about them.</summary>
internal sealed record DecodingStepsAnswer(
    string ModelHash, string TokenizerHash, TokenGrid Grid, int StepCount, TokenCells Given, IReadOnlyList<DecodingStepsAnswer.Step> Steps)
{
    public static DecodingStepsAnswer Of(DecodingHistory history, Guid jobId, int output) => new(
        history.ModelHash, history.TokenizerHash, history.Grid, history.StepCount, Where(history.IsGiven),
        [.. history.Steps.Select(step => new Step(
            step.Step, step.Tokens, step.Confidence, Where(step.IsAccepted), step.Preview is null ? null : AssetUrls.StepPreview(jobId, output, step.Step)))]);

    private static TokenCells Where(IReadOnlyList<bool> marks) => TokenCells.Of(Enumerable.Range(0, marks.Count).Where(cell => marks[cell]));

    /// <summary>One step; accepted cells will not change any more.</summary>
    internal sealed record Step(int Number, IReadOnlyList<int> Tokens, IReadOnlyList<float> Confidence, TokenCells Accepted, string? PreviewUrl);
}
