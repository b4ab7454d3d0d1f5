using static TorchSharp.torch;

namespace Magvit.Model.Masking;

/// <summary>
/// COMMIT's three-way masking: a hidden token shows its condition token z~ where there is one (refine) and MASK elsewhere (mask);
/// the others show themselves (reconstruct) (spec §7; official: train_lib/mask_utils.py).
/// </summary>
public static class CommitMasking
{
    /// <summary>Hides a share of each sample's tokens, one draw of the schedule per sample (spec §13.4; the official code draws one per batch).</summary>
    /// <param name="sample">z, z~ and C. With <see cref="ConditionMode.Prefix"/> the grid holds no condition: C is ignored.</param>
    /// <param name="mode">How the condition is shown.</param>
    /// <param name="schedule">The curve that the share is drawn from.</param>
    /// <param name="generator">Source of the draws: shares first, then scores.</param>
    public static CommitInput Apply(CommitTokens sample, ConditionMode mode, MaskSchedule schedule, Generator generator) =>
        Apply(sample, mode, schedule, shape => rand(shape, generator: generator), generator);

    /// <summary>The same with groups of tokens that tend to be hidden together.</summary>
    /// <param name="sample">z, z~ and C.</param>
    /// <param name="mode">How the condition is shown.</param>
    /// <param name="schedule">The curve that the share is drawn from.</param>
    /// <param name="block">The shape of a group; it divides the grid.</param>
    /// <param name="grid">The token grid [lt, lh, lw].</param>
    /// <param name="generator">Source of the draws.</param>
    public static CommitInput ApplyBlocks(
        CommitTokens sample, ConditionMode mode, MaskSchedule schedule, TokenBlock block, ClipGeometry grid, Generator generator) =>
        Apply(sample, mode, schedule, shape => BlockScores.Draw(shape[0], block, grid, generator), generator);

    /// <summary>Hides exactly <paramref name="counts"/> tokens of each sample: those of the lowest scores.</summary>
    /// <param name="sample">z, z~ and C.</param>
    /// <param name="mode">How the condition is shown.</param>
    /// <param name="counts">How many tokens of each sample to hide; latent masking hides no more than there are outside the condition.</param>
    /// <param name="scores">float32 [B, N].</param>
    public static CommitInput Hide(CommitTokens sample, ConditionMode mode, long[] counts, Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(scores);
        using var scope = NewDisposeScope();
        var (z, c) = (sample.Tokens, sample.TokenMask);
        var ranked = mode == ConditionMode.LatentMasking ? scores.masked_fill(c, double.PositiveInfinity) : scores;
        var masked = ranked.argsort(1).argsort(1).lt(tensor(counts, [counts.Length, 1]));
        var mask = full_like(z, sample.MaskToken);
        var input = mode switch
        {
            ConditionMode.Commit => new CommitInput(
                where(masked, where(c, sample.ConditionTokens, mask), z), masked.logical_and(c), masked),
            ConditionMode.LatentMasking => new CommitInput(
                where(c, sample.ConditionTokens, where(masked.logical_and(c.logical_not()), mask, z)),
                zeros_like(c), masked.logical_and(c.logical_not()), c.clone()),
            ConditionMode.Prefix => new CommitInput(where(masked, mask, z), zeros_like(c), masked),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "unknown way to show the condition"),
        };
        return new CommitInput(input.Tokens.MoveToOuterDisposeScope(), input.IsCondition.MoveToOuterDisposeScope(),
            input.IsMasked.MoveToOuterDisposeScope(), input.IsFixed?.MoveToOuterDisposeScope());
    }

    private static CommitInput Apply(
        CommitTokens sample, ConditionMode mode, MaskSchedule schedule, Func<long[], Tensor> drawScores, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(schedule);
        using var scope = NewDisposeScope();
        var (batch, count) = (sample.Tokens.size(0), (int)sample.Tokens.size(1));
        var draws = rand([batch], generator: generator).data<float>().ToArray();
        var maskable = mode == ConditionMode.LatentMasking
            ? sample.TokenMask.logical_not().sum(1).data<long>().ToArray()
            : Array.ConvertAll(draws, _ => (long)count);
        var counts = draws.Zip(maskable, (r, most) => Math.Min(Math.Max(1L, (long)Math.Floor(most * schedule.MaskRatio(r, count))), most)).ToArray();
        var input = Hide(sample, mode, counts, drawScores(sample.Tokens.shape));
        return new CommitInput(input.Tokens.MoveToOuterDisposeScope(), input.IsCondition.MoveToOuterDisposeScope(),
            input.IsMasked.MoveToOuterDisposeScope(), input.IsFixed?.MoveToOuterDisposeScope());
    }
}
