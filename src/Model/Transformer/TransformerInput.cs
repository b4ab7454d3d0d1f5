using static TorchSharp.torch;

namespace Magvit.Model.Transformer;

/// <summary>A batch of sequences.</summary>
/// <param name="Prefix">int64 [B, 2]: task and class tokens.</param>
/// <param name="Tokens">int64 [B, N]: visual tokens or MASK, row-major over (t, h, w).</param>
/// <param name="IsCondition">bool [B, N]: where a token is a condition token z~.</param>
public sealed record TransformerInput(Tensor Prefix, Tensor Tokens, Tensor IsCondition);
