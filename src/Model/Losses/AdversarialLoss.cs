using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Magvit.Model.Losses;

/// <summary>The two sides of the game between generator and discriminator (spec §4.2).</summary>
public static class AdversarialLoss
{
    /// <summary>mean(softplus(-D(v^))), or mean(-D(v^)) for hinge.</summary>
    /// <param name="fakeLogits">[B], of reconstructions.</param>
    /// <param name="kind">Which game.</param>
    public static Tensor Generator(Tensor fakeLogits, AdversarialKind kind)
    {
        ArgumentNullException.ThrowIfNull(fakeLogits);
        using var scope = NewDisposeScope();
        var loss = kind == AdversarialKind.Hinge ? -fakeLogits : softplus(-fakeLogits);
        return loss.mean().MoveToOuterDisposeScope();
    }

    /// <summary>mean(softplus(-D(v))) + mean(softplus(D(v^))), or mean(relu(1 - D(v))) + mean(relu(1 + D(v^))) for hinge.</summary>
    /// <param name="realLogits">[B], of clips.</param>
    /// <param name="fakeLogits">[B], of reconstructions.</param>
    /// <param name="kind">Which game.</param>
    public static Tensor Discriminator(Tensor realLogits, Tensor fakeLogits, AdversarialKind kind)
    {
        ArgumentNullException.ThrowIfNull(realLogits);
        ArgumentNullException.ThrowIfNull(fakeLogits);
        using var scope = NewDisposeScope();
        var loss = kind == AdversarialKind.Hinge
            ? relu(1 - realLogits).mean() + relu(1 + fakeLogits).mean()
            : softplus(-realLogits).mean() + softplus(fakeLogits).mean();
        return loss.MoveToOuterDisposeScope();
    }
}
