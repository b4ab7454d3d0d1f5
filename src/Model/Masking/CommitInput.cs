using static TorchSharp.torch;

namespace Magvit.Model.Masking;

/// <summary>What the transformer sees in a COMMIT training step (spec §7).</summary>
/// <param name="Tokens">int64 [B, N]: z, z~ or MASK.</param>
/// <param name="IsCondition">bool [B, N]: where z~ stands in place of a hidden token.</param>
/// <param name="IsMasked">bool [B, N]: where the real token is hidden, by z~ (refine) or by MASK.</param>
/// <param name="IsFixed">bool [B, N]: where latent masking pasted a condition token, which is not predicted at all; null when nothing is.</param>
public sealed record CommitInput(Tensor Tokens, Tensor IsCondition, Tensor IsMasked, Tensor? IsFixed = null)
{
    /// <summary>The loss weights of the positions for a set of roles: float32 [B, N] of 0 and 1; null when all count alike.</summary>
    public Tensor? Weights(TokenRoles roles)
    {
        if (roles == TokenRoles.All && IsFixed is null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var counted = zeros_like(IsMasked);
        if (roles.HasFlag(TokenRoles.Mask))
        {
            counted = counted.logical_or(IsMasked.logical_and(IsCondition.logical_not()));
        }

        if (roles.HasFlag(TokenRoles.Refine))
        {
            counted = counted.logical_or(IsCondition);
        }

        if (roles.HasFlag(TokenRoles.Reconstruct))
        {
            counted = counted.logical_or(IsMasked.logical_not());
        }

        return (IsFixed is null ? counted : counted.logical_and(IsFixed.logical_not())).to(float32).MoveToOuterDisposeScope();
    }
}
