using static TorchSharp.torch;

namespace Magvit.Model.Metrics;

/// <summary>
/// Structural similarity of grey frames: an 11x11 Gaussian window of sigma 1.5 that stays inside the frame, K1 0.01, K2 0.03, L 1
/// (spec §10.3; official: train_lib/image_quality_metrics.py).
/// </summary>
public static class Ssim
{
    private const int Window = 11;
    private const double Sigma = 1.5;
    private const double C1 = 0.01 * 0.01;
    private const double C2 = 0.03 * 0.03;

    // Grey of the official code: close to, but not exactly, ITU-R BT.709.
    private static readonly float[] Grey = [0.2125f, 0.7154f, 0.0721f];

    /// <summary>The mean over all frames, at most 1.</summary>
    public static double Compute(Tensor actual, Tensor expected)
    {
        using var scope = NewDisposeScope();
        return PerFrame(actual, expected).mean().ToDouble();
    }

    /// <summary>The similarity of each frame, [B, T].</summary>
    /// <param name="actual">[B, 3, T, H, W] in [0, 1], both sides at least 11 pixels.</param>
    /// <param name="expected">The same shape.</param>
    /// <exception cref="ArgumentException">The frames are smaller than the window.</exception>
    public static Tensor PerFrame(Tensor actual, Tensor expected)
    {
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(expected);
        if (actual.shape is not [var batch, 3, var frames, var height, var width] || Math.Min(height, width) < Window)
        {
            throw new ArgumentException(
                $"frames: expected [B, 3, T, H, W] of at least {Window} pixels a side, got [{string.Join(", ", actual.shape)}]", nameof(actual));
        }

        using var scope = NewDisposeScope();
        var (x, y) = (ToGrey(actual), ToGrey(expected));                          // [B*T, 1, H, W]
        var means = Blur(cat([x, y, x * x, y * y, x * y])).chunk(5);              // each [B*T, 1, H-10, W-10]
        var (muX, muY) = (means[0], means[1]);
        var (muXX, muYY, muXY) = (muX * muX, muY * muY, muX * muY);

        // Rounding may leave a variance a little under 0, or a covariance above what its variances allow.
        var (varX, varY) = ((means[2] - muXX).clamp(min: 0), (means[3] - muYY).clamp(min: 0));
        var covariance = means[4] - muXY;
        covariance = covariance.sign() * covariance.abs().minimum((varX * varY).sqrt());
        var similarity = (muXY * 2 + C1) * (covariance * 2 + C2) / ((muXX + muYY + C1) * (varX + varY + C2));
        return similarity.mean([1, 2, 3]).view(batch, frames).MoveToOuterDisposeScope();
    }

    private static Tensor ToGrey(Tensor clip)
    {
        var weights = tensor(Grey, [1, 3, 1, 1, 1]).to(clip.device);
        var grey = (clip * weights).sum(1);                                       // [B, T, H, W]
        return grey.reshape(-1, 1, grey.size(2), grey.size(3));
    }

    private static Tensor Blur(Tensor x)
    {
        var taps = Enumerable.Range(0, Window).Select(i => Math.Exp(-0.5 * Math.Pow((i - Window / 2) / Sigma, 2))).ToArray();
        var filter = tensor(Array.ConvertAll(taps, t => (float)(t / taps.Sum())), [1, 1, Window, 1]).to(x.device);
        return nn.functional.conv2d(nn.functional.conv2d(x, filter), filter.transpose(2, 3).contiguous());
    }
}
