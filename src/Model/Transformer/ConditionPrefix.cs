using static TorchSharp.torch;

namespace Magvit.Model.Transformer;

/// <summary>Condition tokens that stand before the visual ones, shorter lists filled up to the longest of the batch.</summary>
/// <param name="Tokens">int64 [B, M]: z~ of the condition's cells in row-major order.</param>
/// <param name="Cells">int64 [B, M]: the cell of each, 0 to N-1; -1 where a list is filled up, which no position attends to.</param>
public sealed record ConditionPrefix(Tensor Tokens, Tensor Cells)
{
    /// <summary>Collects the condition tokens of a batch.</summary>
    /// <param name="conditionTokens">z~, int64 [B, N].</param>
    /// <param name="tokenMask">C, bool [B, N].</param>
    public static ConditionPrefix Pack(Tensor conditionTokens, Tensor tokenMask)
    {
        ArgumentNullException.ThrowIfNull(conditionTokens);
        ArgumentNullException.ThrowIfNull(tokenMask);
        using var scope = NewDisposeScope();
        var count = tokenMask.size(1);
        var index = arange(count);
        var counts = tokenMask.sum(1);                                                                     // [B]
        var longest = Math.Max(1, counts.max().ToInt64());
        var order = where(tokenMask, index, index + count).argsort(1).narrow(1, 0, longest);               // the condition's cells first, in order
        var isFilling = arange(longest).ge(counts.unsqueeze(1));
        return new ConditionPrefix(
            conditionTokens.gather(1, order).masked_fill(isFilling, 0).MoveToOuterDisposeScope(), order.masked_fill(isFilling, -1).MoveToOuterDisposeScope());
    }
}
