using Magvit.Model.Metrics;
using Magvit.Model.Tests.Golden;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Metrics;

public sealed class InceptionScoreTests
{
    [Fact]
    public void Compute_FormulaLogits_EqualsTheGoldenNumber() =>
        Assert.Equal(GoldenNumbers.Number("inception"), InceptionScore.Compute(FormulaTensors.Noise([30, 5], 12) * 6), 1e-9);

    // Sure of one class each, all classes as often: the number of classes. One class for all, or no idea: 1.
    [Fact]
    public void Compute_Extremes_AreTheBounds()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(4, InceptionScore.Compute(eye(4).repeat(3, 1) * 1000), 1e-9);
        Assert.Equal(1, InceptionScore.Compute(eye(4).narrow(0, 0, 1).repeat(5, 1) * 1000), 1e-9);
        Assert.Equal(1, InceptionScore.Compute(zeros([6, 4])), 1e-9);
    }

    [Fact]
    public void CodebookUsage_KnownCounts_HasTheirShares()
    {
        using var scope = NewDisposeScope();
        var even = CodebookUsage.Of(arange(8).repeat(3), 8);
        Assert.Equal((1.0, 1.0, 1.0), (even.Used, even.Percentile10, even.Percentile90));
        Assert.Equal(8, even.Perplexity, 1e-9);

        // Counts 0, 0, 2, 6 have mean 2: relative 0, 0, 1, 3; ranks 0.3 and 2.7.
        var uneven = CodebookUsage.Of([2, 0, 6, 0]);
        Assert.Equal(0.5, uneven.Used);
        Assert.Equal(0, uneven.Percentile10, 1e-12);
        Assert.Equal(2.4, uneven.Percentile90, 1e-12);
        Assert.Throws<ArgumentException>(() => CodebookUsage.Of([0, 0]));
    }
}
