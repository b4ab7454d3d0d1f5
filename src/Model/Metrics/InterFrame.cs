using static TorchSharp.torch;

namespace Magvit.Model.Metrics;

/// <summary>How much successive frames of one clip resemble each other: very high for a frozen clip, low for a flickering one (spec §10.3).</summary>
public static class InterFrame
{
    /// <summary>PSNR of each frame against the one before, in dB, [B, T-1].</summary>
    /// <param name="clips">[B, 3, T, H, W] in [0, 1] with at least two frames.</param>
    public static Tensor PsnrPerFrame(Tensor clips)
    {
        using var scope = NewDisposeScope();
        var (earlier, later) = Pairs(clips);
        return Psnr.PerFrame(later, earlier).MoveToOuterDisposeScope();
    }

    /// <summary>SSIM of each frame against the one before, [B, T-1].</summary>
    /// <param name="clips">[B, 3, T, H, W] in [0, 1] with at least two frames of at least 11 pixels a side.</param>
    public static Tensor SsimPerFrame(Tensor clips)
    {
        using var scope = NewDisposeScope();
        var (earlier, later) = Pairs(clips);
        return Ssim.PerFrame(later, earlier).MoveToOuterDisposeScope();
    }

    private static (Tensor Earlier, Tensor Later) Pairs(Tensor clips)
    {
        ArgumentNullException.ThrowIfNull(clips);
        if (clips.ndim != 5 || clips.size(2) < 2)
        {
            throw new ArgumentException($"clips: expected [B, 3, T, H, W] with T at least 2, got [{string.Join(", ", clips.shape)}]", nameof(clips));
        }

        var pairs = clips.size(2) - 1;
        return (clips.narrow(2, 0, pairs), clips.narrow(2, 1, pairs));
    }
}
