using static TorchSharp.torch;

namespace Magvit.Model.Metrics;

/// <summary>Peak signal-to-noise ratio (spec §10.3).</summary>
public static class Psnr
{
    /// <summary>-10 log10(mse) of each frame, averaged over all frames, in dB.</summary>
    /// <param name="actual">[B, 3, T, H, W] in [0, 1].</param>
    /// <param name="expected">The same shape.</param>
    public static double Compute(Tensor actual, Tensor expected)
    {
        using var scope = NewDisposeScope();
        return PerFrame(actual, expected).mean().ToDouble();
    }

    /// <summary>-10 log10(mse) of each frame in dB, [B, T]; equal frames count as 100 dB.</summary>
    /// <param name="actual">[B, 3, T, H, W] in [0, 1].</param>
    /// <param name="expected">The same shape.</param>
    public static Tensor PerFrame(Tensor actual, Tensor expected)
    {
        ArgumentNullException.ThrowIfNull(actual);
        using var scope = NewDisposeScope();
        var mse = (actual - expected).square().mean([1, 3, 4]).clamp(min: 1e-10);   // [B, T]
        return (mse.log() * (-10 / Math.Log(10))).MoveToOuterDisposeScope();
    }
}
