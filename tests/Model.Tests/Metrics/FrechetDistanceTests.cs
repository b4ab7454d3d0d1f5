using Magvit.Model.Metrics;
using Magvit.Model.Tests.Golden;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Metrics;

public sealed class FrechetDistanceTests
{
    [Fact]
    public void Compute_MoreSamplesThanFeatures_EqualsTheGoldenNumber()
    {
        using var scope = NewDisposeScope();
        var scale = arange(6, float64) + 1;
        var distance = FrechetDistance.Compute(FormulaTensors.Noise([40, 6], 8) * scale, FormulaTensors.Noise([50, 6], 9) * scale);
        Assert.Equal(GoldenNumbers.Number("frechet"), distance, 1e-9);
    }

    [Fact]
    public void Compute_FewerSamplesThanFeatures_EqualsTheGoldenNumber() => Assert.Equal(
        GoldenNumbers.Number("frechet.few"), FrechetDistance.Compute(FormulaTensors.Noise([7, 12], 10), FormulaTensors.Noise([9, 12], 11)), 1e-6);

    // Two ways to the same trace: from covariances as the specification writes it, and from the samples.
    [Fact]
    public void RootTrace_BothWays_Agree()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (FormulaTensors.Noise([9, 5], 1) - 0.5, FormulaTensors.Noise([11, 5], 2) - 0.5);
        Assert.Equal(FrechetDistance.RootTraceOfCovariances(x.t().mm(x), y.t().mm(y)), FrechetDistance.RootTraceOfSamples(x, y), 1e-6);
    }

    // Gaussians along one axis: (difference of means)^2 + (difference of deviations)^2, with the deviations of n - 1.
    [Fact]
    public void Compute_OneFeature_IsTheClosedForm()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2, 3, 4 }, [4, 1]);
        Assert.Equal(100 + Math.Pow(2 * Math.Sqrt(5 / 3.0) - Math.Sqrt(5 / 3.0), 2), FrechetDistance.Compute(x, x * 2 + 7.5), 1e-9);
    }

    [Theory]
    [InlineData(64, 8)]
    [InlineData(8, 64)]
    public void Compute_EqualSets_IsZero(int samples, int features)
    {
        using var scope = NewDisposeScope();
        var x = FormulaTensors.Noise([samples, features], 3);
        Assert.Equal(0, FrechetDistance.Compute(x, x.clone()), 1e-6);
    }

    [Fact]
    public void Compute_BadSets_SaysWhatIsWrong()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("equal widths, got 3 and 4",
            Assert.Throws<ArgumentException>(() => FrechetDistance.Compute(zeros([5, 3]), zeros([5, 4]))).Message, StringComparison.Ordinal);
        Assert.Contains("n at least 2, got [1, 3]",
            Assert.Throws<ArgumentException>(() => FrechetDistance.Compute(zeros([1, 3]), zeros([5, 3]))).Message, StringComparison.Ordinal);
        Assert.Contains("not finite",
            Assert.Throws<ArgumentException>(() => FrechetDistance.Compute(zeros([5, 3]), full([5, 3], double.NaN))).Message, StringComparison.Ordinal);
    }
}
