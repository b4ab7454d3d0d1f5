using Magvit.Model.Metrics;
using Magvit.Model.Tests.Golden;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Metrics;

public sealed class SsimTests
{
    [Fact]
    public void PerFrame_TwoClips_EqualsTheGoldenNumbers()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (FormulaTensors.Clip(2, 24, 20, 6), FormulaTensors.Clip(2, 24, 20, 7));
        AssertClose.Equal(GoldenNumbers.List("ssim"), Ssim.PerFrame(a, b), 2e-5);
        AssertClose.Equal(GoldenNumbers.List("ssim.close"), Ssim.PerFrame(a, a * 0.9 + b * 0.1), 2e-5);
    }

    [Fact]
    public void PerFrame_EqualFlatClips_IsOne() => AssertClose.Equal([1, 1], Ssim.PerFrame(full([1, 3, 2, 16, 16], 0.3), full([1, 3, 2, 16, 16], 0.3)), 1e-6);

    [Fact]
    public void PerFrame_FrameSmallerThanTheWindow_SaysSo()
    {
        using var scope = NewDisposeScope();
        var exception = Assert.Throws<ArgumentException>(() => Ssim.PerFrame(zeros([1, 3, 2, 8, 16]), zeros([1, 3, 2, 8, 16])));
        Assert.Contains("at least 11 pixels a side, got [1, 3, 2, 8, 16]", exception.Message, StringComparison.Ordinal);
    }

    // An offset of 0.1 is 20 dB; a clip of one repeated frame is as like itself as can be.
    [Fact]
    public void Psnr_AndInterFrame_KnownClips_HaveTheirValues()
    {
        using var scope = NewDisposeScope();
        var clip = full([2, 3, 4, 12, 12], 0.5);
        Assert.Equal(20, Psnr.Compute(clip + 0.1, clip), 1e-4);
        AssertClose.Equal([100, 100, 100, 100, 100, 100], InterFrame.PsnrPerFrame(clip), 1e-3);
        AssertClose.Equal([1, 1, 1], InterFrame.SsimPerFrame(clip), 1e-6);
        var steps = clip + tensor(new[] { 0f, 0.1f, 0f, 0.1f }, [1, 1, 4, 1, 1]);
        AssertClose.Equal([20, 20, 20], InterFrame.PsnrPerFrame(steps), 1e-4);
    }
}
