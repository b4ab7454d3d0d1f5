using static TorchSharp.torch;

namespace Magvit.Model.Masking;

/// <summary>What a task gives the model to go on (spec §7, §9).</summary>
/// <param name="Clip">The padded condition clip [B, 3, T, H, W]: real pixels where known, made-up ones elsewhere.</param>
/// <param name="TokenMask">bool [lt, lh, lw]: C, true where a token's pixels are not pure padding, so that its own token z~ is used.</param>
/// <param name="KnownPixels">bool [T, H, W]: true where the clip's pixels are real.</param>
public sealed record Condition(Tensor Clip, Tensor TokenMask, Tensor KnownPixels);
