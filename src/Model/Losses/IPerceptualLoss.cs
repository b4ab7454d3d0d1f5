using static TorchSharp.torch;

namespace Magvit.Model.Losses;

/// <summary>How different two clips look to a frozen image network (spec §4.2, Perceptual).</summary>
public interface IPerceptualLoss
{
    /// <summary>The mean over all frames; its gradient reaches the reconstruction alone.</summary>
    /// <param name="reconstruction">[B, 3, T, H, W], float32, about [0, 1], not clipped.</param>
    /// <param name="target">The same shape, in [0, 1].</param>
    /// <param name="step">Counted from 0: a loss that looks at some frames alone takes others each step.</param>
    /// <returns>A scalar, not weighted; 0 for equal clips.</returns>
    Tensor Compute(Tensor reconstruction, Tensor target, int step);
}
