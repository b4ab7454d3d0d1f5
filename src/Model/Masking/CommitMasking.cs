using static TorchSharp.torch;

namespace Magvit.Model.Masking;

/// <summary>
/// COMMIT's three-way masking: a hidden token shows its condition token z~ where there is one (refine) and MASK elsewhere (mask);
/// the others show themselves (reconstruct) (spec §7; official: train_lib/mask_utils.py).
/// </summary>
public static class CommitMasking
{
    /// <summary>Hides a share of each sample's tokens.</summary>
    /// <param name="tokens">z, int64 [B, N].</param>
    /// <param name="conditionTokens">z~, int64 [B, N].</param>
    /// <param name="tokenMask">C, bool [B, N].</param>
    /// <param name="maskToken">The id of MASK.</param>
    /// <param name="schedule">The curve that the share is drawn from, one draw per sample (spec §13.4; the official code draws one per batch).</param>
    /// <param name="generator">Source of the draws.</param>
    public static CommitInput Apply(
        Tensor tokens, Tensor conditionTokens, Tensor tokenMask, long maskToken, MaskSchedule schedule, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var scope = NewDisposeScope();
        var (batch, count) = (tokens.size(0), (int)tokens.size(1));
        var draws = rand([batch], generator: generator).data<float>().ToArray();
        var counts = Array.ConvertAll(draws, r => Math.Max(1L, (long)Math.Floor(count * schedule.MaskRatio(r, count))));
        return Hide(tokens, conditionTokens, tokenMask, maskToken, counts, generator).MoveToOuter();
    }

    /// <summary>Hides exactly <paramref name="counts"/> tokens of each sample, chosen at random.</summary>
    public static CommitInput Hide(
        Tensor tokens, Tensor conditionTokens, Tensor tokenMask, long maskToken, long[] counts, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(tokenMask);
        using var scope = NewDisposeScope();
        var scores = rand(tokens.shape, generator: generator);                                             // [B, N]
        var ranks = scores.argsort(1).argsort(1);
        var masked = ranks.lt(tensor(counts, [counts.Length, 1]));
        var isCondition = masked.logical_and(tokenMask);
        var hidden = where(isCondition, conditionTokens, full_like(tokens, maskToken));
        return new CommitInput(where(masked, hidden, tokens), isCondition, masked).MoveToOuter();
    }

    private static CommitInput MoveToOuter(this CommitInput input) => new(
        input.Tokens.MoveToOuterDisposeScope(), input.IsCondition.MoveToOuterDisposeScope(), input.IsMasked.MoveToOuterDisposeScope());
}
