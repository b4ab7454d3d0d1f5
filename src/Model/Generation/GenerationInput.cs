using Magvit.Model.Decoding;
using Magvit.Model.Masking;
using static TorchSharp.torch;

namespace Magvit.Model.Generation;

/// <summary>A clip to generate.</summary>
/// <param name="Task">What is given and what is to be made.</param>
/// <param name="Clip">[1, 3, T, H, W] in [0, 1]; null for class-conditional generation.</param>
/// <param name="KnownPixels">bool [T, H, W] of a drawn mask, true where the clip is kept; only for <see cref="GenerationTask.CustomMask"/>.</param>
/// <param name="ClassName">One of the model's classes, for the tasks that need one.</param>
/// <param name="Options">How to decode.</param>
/// <param name="KeepInput">Whether the known pixels are put back exactly over the result.</param>
public sealed record GenerationInput(
    GenerationTask Task, Tensor? Clip, Tensor? KnownPixels, string? ClassName, DecodingOptions Options, bool KeepInput = false)
{
    /// <summary>Frames given at the start by the prediction tasks, and at each end by interpolation.</summary>
    public int GivenFrames { get; init; } = 1;

    /// <summary>Latent frames that count as given; null takes all that hold a given frame (spec §9).</summary>
    public int? GivenLatentFrames { get; init; }

    /// <summary>Tokens that stay as they are: locked cells, or all but those to make anew; null decodes all.</summary>
    public KeptTokens? Kept { get; init; }
}
