using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>A training pass through the tokenizer.</summary>
/// <param name="Reconstruction">[B, 3, T, H, W], float32, not clipped.</param>
/// <param name="Tokens">int64 [B, lt, lh, lw].</param>
/// <param name="QuantizerLosses">Null when the quantizer has none.</param>
public sealed record TokenizerOutput(Tensor Reconstruction, Tensor Tokens, QuantizerLosses? QuantizerLosses);
