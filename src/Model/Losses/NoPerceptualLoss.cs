using static TorchSharp.torch;

namespace Magvit.Model.Losses;

/// <summary>No perceptual term: always 0.</summary>
/// <remarks>What the official release computes with default arguments too: its classifier has no weights (spec §4.2).</remarks>
public sealed class NoPerceptualLoss : IPerceptualLoss
{
    /// <inheritdoc/>
    public Tensor Compute(Tensor reconstruction, Tensor target, int step)
    {
        ArgumentNullException.ThrowIfNull(reconstruction);
        return zeros([], float32, reconstruction.device);
    }
}
