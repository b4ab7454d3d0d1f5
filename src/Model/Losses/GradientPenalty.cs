using static TorchSharp.torch;

namespace Magvit.Model.Losses;

/// <summary>R1: keeps the discriminator flat around real clips (spec §4.2; arXiv 1801.04406).</summary>
public static class GradientPenalty
{
    /// <summary>mean_b |grad_v sum D(v)|^2 over all pixels of a clip, without the factor 1/2; differentiable once more by the discriminator's weights.</summary>
    /// <param name="realLogits">[B], in float32, computed from <paramref name="realClips"/>.</param>
    /// <param name="realClips">[B, 3, T, H, W] with <c>requires_grad</c>.</param>
    public static Tensor Compute(Tensor realLogits, Tensor realClips)
    {
        ArgumentNullException.ThrowIfNull(realLogits);
        using var scope = NewDisposeScope();
        var gradient = autograd.grad([realLogits.sum()], [realClips], retain_graph: true, create_graph: true)[0];
        return gradient!.square().sum([1L, 2, 3, 4]).mean().MoveToOuterDisposeScope();
    }
}
