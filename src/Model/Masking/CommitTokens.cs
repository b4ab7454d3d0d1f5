using static TorchSharp.torch;

namespace Magvit.Model.Masking;

/// <summary>The tokens that a COMMIT training step starts from.</summary>
/// <param name="Tokens">z, int64 [B, N]: the real clip's.</param>
/// <param name="ConditionTokens">z~, int64 [B, N]: the padded condition clip's; ignored where <paramref name="TokenMask"/> is false.</param>
/// <param name="TokenMask">C, bool [B, N].</param>
/// <param name="MaskToken">The id of MASK.</param>
public sealed record CommitTokens(Tensor Tokens, Tensor ConditionTokens, Tensor TokenMask, long MaskToken);
