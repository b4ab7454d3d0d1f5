using static TorchSharp.torch;

namespace Magvit.Model.Transformer;

/// <summary>A batch of sequences.</summary>
/// <param name="Prefix">int64 [B, P]: task and class tokens, or the class token alone (spec §6.2).</param>
/// <param name="Tokens">int64 [B, N]: visual tokens or MASK, row-major over (t, h, w).</param>
/// <param name="IsCondition">bool [B, N]: where a token is a condition token z~.</param>
public sealed record TransformerInput(Tensor Prefix, Tensor Tokens, Tensor IsCondition)
{
    /// <summary>The condition tokens before the visual ones; for networks of <see cref="Masking.ConditionMode.Prefix"/>, and only for them.</summary>
    public ConditionPrefix? Condition { get; init; }

    /// <summary>The sequences of both batches, of networks without a prefix of condition tokens.</summary>
    internal TransformerInput And(TransformerInput other) =>
        new(cat([Prefix, other.Prefix]), cat([Tokens, other.Tokens]), cat([IsCondition, other.IsCondition]));

    /// <summary>The same batch on a device; its tensors belong to the caller's dispose scope.</summary>
    public TransformerInput To(Device device) => new(Prefix.to(device), Tokens.to(device), IsCondition.to(device))
    {
        Condition = Condition is null ? null : new ConditionPrefix(Condition.Tokens.to(device), Condition.Cells.to(device)),
    };
}
