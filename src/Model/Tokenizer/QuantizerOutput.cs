using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>What a quantizer makes of latents.</summary>
/// <param name="Quantized">[B, D, lt, lh, lw], the decoder's input; in training its gradient goes straight through to the latents.</param>
/// <param name="Tokens">int64 [B, lt, lh, lw].</param>
/// <param name="Losses">Null for a quantizer without losses or outside training.</param>
public sealed record QuantizerOutput(Tensor Quantized, Tensor Tokens, QuantizerLosses? Losses);
