using static TorchSharp.torch;

namespace Magvit.Model.Losses;

/// <summary>COMMIT's loss: cross-entropy towards the real tokens at all positions, whatever stood in the input (spec §7).</summary>
public static class MaskedTokenLoss
{
    /// <summary>Label smoothing over the K codes (spec §6.4).</summary>
    public const double LabelSmoothing = 1e-4;

    /// <summary>The mean over samples and positions; ln K for uniform logits.</summary>
    /// <param name="logits">float32 [B, N, K].</param>
    /// <param name="targets">int64 [B, N].</param>
    public static Tensor Compute(Tensor logits, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        using var scope = NewDisposeScope();
        return nn.functional.cross_entropy(logits.view(-1, logits.size(-1)), targets.reshape(-1), label_smoothing: LabelSmoothing)
            .MoveToOuterDisposeScope();
    }
}
