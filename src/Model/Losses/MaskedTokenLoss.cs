using static TorchSharp.torch;

namespace Magvit.Model.Losses;

/// <summary>COMMIT's loss: cross-entropy towards the real tokens at all positions, whatever stood in the input (spec §7).</summary>
public static class MaskedTokenLoss
{
    /// <summary>The paper's label smoothing over the K codes (spec §6.4).</summary>
    public const double LabelSmoothing = 1e-4;

    // Keeps a sample without any weight from dividing by 0 (spec §7).
    private const double Epsilon = 1e-8;

    /// <summary>The mean over samples of the weighted mean over positions; ln K for uniform logits.</summary>
    /// <param name="logits">float32 [B, N, K].</param>
    /// <param name="targets">int64 [B, N], 0 to K-1; like the weights on any device.</param>
    /// <param name="weights">float32 [B, N]; null weighs all positions alike.</param>
    /// <param name="labelSmoothing">e: the target's share is 1-e+e/K, every other code's e/K; 0 to 1.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static Tensor Compute(Tensor logits, Tensor targets, Tensor? weights = null, double labelSmoothing = LabelSmoothing)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        if (logits.ndim != 3 || !logits.shape.AsSpan(0, 2).SequenceEqual(targets.shape) || weights?.shape.SequenceEqual(targets.shape) == false)
        {
            throw new ArgumentException(
                $"loss: expected logits [B, N, K], targets and weights [B, N], got [{string.Join(", ", logits.shape)}], [{string.Join(", ", targets.shape)}]"
                + (weights is null ? "" : $", [{string.Join(", ", weights.shape)}]"), nameof(targets));
        }

        using var scope = NewDisposeScope();
        var (flat, labels) = (logits.reshape(-1, logits.size(-1)), targets.to(logits.device).reshape(-1));
        if (weights is null)
        {
            return nn.functional.cross_entropy(flat, labels, label_smoothing: labelSmoothing).MoveToOuterDisposeScope();
        }

        var each = nn.functional.cross_entropy(flat, labels, reduction: nn.Reduction.None, label_smoothing: labelSmoothing).view(targets.shape);
        var shares = weights.to(logits.device);
        return ((each * shares).sum(1) / (shares.sum(1) + Epsilon)).mean().MoveToOuterDisposeScope();
    }
}
