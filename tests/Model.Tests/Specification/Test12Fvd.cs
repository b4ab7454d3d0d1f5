using Magvit.Model.Metrics;
using Magvit.Model.Tests.Golden;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Specification;

/// <summary>Specification §15, 12: FVD(x, x) = 0 (below 1e-3); FVD(x, noise) large; the resize kernel matches TF1 on a 64 to 224 gradient image.</summary>
public sealed class Test12Fvd
{
    // Weights drawn by a formula: no Kinetics network is needed for either property. What is large is told by clips that are nearly the same.
    [Fact]
    public void Fvd_ClipsAgainstThemselvesAndAgainstNoise_IsZeroAndLarge()
    {
        using var scope = NewDisposeScope();
        using var network = new I3d();
        FormulaTensors.Fill(network);
        var clips = cat([.. Enumerable.Range(0, 3).Select(i => FormulaTensors.Clip(9, 32, 32, i))]);
        var noise = FormulaTensors.Noise([3, 3, 9, 32, 32], 99).to(float32);
        var features = network.Features(clips);

        var itself = FrechetDistance.Compute(features, features);
        var near = FrechetDistance.Compute(features, network.Features(clips * 0.98 + noise * 0.02));
        var far = FrechetDistance.Compute(features, network.Features(noise));

        Assert.InRange(itself, 0, 1e-3);
        Assert.True(near > 0 && far > 50 * near, $"FVD(x, noise) is {far}, FVD(x, x with a little noise) {near}");
    }

    [Fact]
    public void Resize_GradientImage_EqualsTensorFlow1()
    {
        using var scope = NewDisposeScope();
        var x = linspace(0, 1, 64, float64).view(1, 64).expand(64, 64);
        var y = linspace(0, 1, 64, float64).view(64, 1).expand(64, 64);
        var gradient = (x * 0.75 + y.square() * 0.25).to(float32).view(1, 1, 64, 64);

        var resized = FrameResize.TensorFlow1(gradient, 224, 224);

        Assert.Equal([1L, 1, 224, 224], resized.shape);
        AssertClose.Equal(GoldenNumbers.List("resize.row"), resized.select(2, 37), 2e-6);
        AssertClose.Equal(GoldenNumbers.List("resize.column"), resized.select(3, 220), 2e-6);

        // No half-pixel offset: the first row and column are the source's own, and the last three and a half repeat its edge.
        AssertClose.Equal([gradient[0, 0, 0, 0].ToDouble()], resized.select(2, 0).select(2, 0), 0);
        Assert.Equal(resized[0, 0, 221, 100].ToDouble(), resized[0, 0, 223, 100].ToDouble());
    }
}
