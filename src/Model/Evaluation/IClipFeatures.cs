using static TorchSharp.torch;

namespace Magvit.Model.Evaluation;

/// <summary>A frozen network that turns clips into vectors, for a Frechet distance.</summary>
public interface IClipFeatures : IDisposable
{
    /// <summary>The distance's name in reports, such as fvd: what was computed, never a better-known distance that it resembles.</summary>
    string DistanceName { get; }

    /// <summary>One vector a clip: float32 [B, d] on the CPU; no gradient.</summary>
    /// <param name="clips">[B, 3, T, H, W] in [0, 1].</param>
    Tensor Compute(Tensor clips);
}
