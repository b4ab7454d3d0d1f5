using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Magvit.Model.Losses;

/// <summary>
/// LeCAM: holds the logits of each side near the other side's running mean, which steadies training on little data (spec §4.2; arXiv 2104.03310).
/// </summary>
/// <param name="decay">Of the two running means, per step; they start at 0.</param>
public sealed class LeCamRegularizer(double decay)
{
    /// <summary>The running mean of D(v).</summary>
    public double RealMean { get; private set; }

    /// <summary>The running mean of D(v^).</summary>
    public double FakeMean { get; private set; }

    /// <summary>relu(mean D(v) - ema_fake)^2 + relu(ema_real - mean D(v^))^2, not weighted.</summary>
    /// <param name="realLogits">[B], of clips.</param>
    /// <param name="fakeLogits">[B], of reconstructions.</param>
    public Tensor Compute(Tensor realLogits, Tensor fakeLogits)
    {
        ArgumentNullException.ThrowIfNull(realLogits);
        ArgumentNullException.ThrowIfNull(fakeLogits);
        using var scope = NewDisposeScope();
        return (relu(realLogits.mean() - FakeMean).square() + relu(RealMean - fakeLogits.mean()).square()).MoveToOuterDisposeScope();
    }

    /// <summary>Moves the running means towards a step's means; after the step.</summary>
    public void Update(double realMean, double fakeMean) =>
        Restore(decay * RealMean + (1 - decay) * realMean, decay * FakeMean + (1 - decay) * fakeMean);

    /// <summary>Takes up running means from a checkpoint.</summary>
    public void Restore(double realMean, double fakeMean) => (RealMean, FakeMean) = (realMean, fakeMean);
}
