using static TorchSharp.torch;

namespace Magvit.Model.Masking;

/// <summary>What the transformer sees in a COMMIT training step (spec §7).</summary>
/// <param name="Tokens">int64 [B, N]: z, z~ or MASK.</param>
/// <param name="IsCondition">bool [B, N]: where the token is z~.</param>
/// <param name="IsMasked">bool [B, N]: where the real token is hidden, by z~ (refine) or by MASK.</param>
public sealed record CommitInput(Tensor Tokens, Tensor IsCondition, Tensor IsMasked);
