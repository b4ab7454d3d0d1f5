using Magvit.Domain.Assets;
using Magvit.Domain.Decoding;

namespace Magvit.Domain.Generation;

/// <summary>The finished clip that a request goes on from: at one of its decoding steps, or with some of its cells decoded again.</summary>
/// <param name="JobId">The job that made it.</param>
/// <param name="Output">Which of that job's outputs, from 0.</param>
/// <param name="AssetId">The clip.</param>
/// <param name="StepsSha256">Its decoding steps in the artifact store.</param>
public sealed record GenerationParent(Guid JobId, int Output, Guid AssetId, ContentHash StepsSha256)
{
    /// <summary>The step to go on from, with its accepted tokens; <see langword="null"/> when cells are decoded again.</summary>
    public int? Step { get; init; }

    /// <summary>The cells to decode again, from the first step; the tokens of all others stay as they are.</summary>
    public TokenCells? Cells { get; init; }

    /// <summary>Whether the pixels outside of <see cref="Cells"/> are put back exactly as they were.</summary>
    public bool KeepPixels { get; init; }
}
