using Magvit.Model.Masking;
using Xunit;

namespace Magvit.Model.Tests.Specification;

/// <summary>Spec §15.10: the mask schedules at their landmarks.</summary>
public class Test10MaskRatio
{
    [Fact]
    public void Cosine_OverUniformDraws_Averages0637()
    {
        var mean = Enumerable.Range(0, 100_000).Average(i => MaskSchedule.Cosine.MaskRatio((i + 0.5) / 100_000, 1024));
        Assert.Equal(0.637, mean, 5e-4);
        Assert.Equal(2 / Math.PI, mean, 1e-6);
    }

    // By the formulas of spec §7, worked out by hand.
    [Theory]
    [InlineData("cosine", 0.5, 0.70710678)]
    [InlineData("uniform", 0.25, 0.75)]
    [InlineData("pow2", 0.5, 0.75)]
    [InlineData("pow0.5", 0.25, 0.5)]
    [InlineData("pow2.5", 0.25, 0.96875)]
    [InlineData("log", 0.5, 0.1)]
    [InlineData("log", 0.0009765625, 1)]
    [InlineData("exp", 0.5, 0.96875)]
    [InlineData("exp", 0.9, 0.5)]
    [InlineData("poly:-1,0,1", 0.5, 0.75)]
    [InlineData("poly:0.25", 0.9, 0.25)]
    public void MaskRatio_EachSchedule_EqualsItsFormula(string name, double r, double expected)
    {
        var schedule = MaskSchedules.Parse(name);
        Assert.Equal(expected, schedule.MaskRatio(r, 1024), 1e-7);
        Assert.Equal(name, schedule.Name);
        Assert.Equal(schedule, MaskSchedules.Parse(schedule.Name));
    }

    [Theory]
    [InlineData("cosine")]
    [InlineData("uniform")]
    [InlineData("exp")]
    [InlineData("log")]
    [InlineData("pow3")]
    public void MaskRatio_FromStartToEnd_FallsFromOneToTheFloor(string name)
    {
        var schedule = MaskSchedules.Parse(name);
        var ratios = Enumerable.Range(0, 101).Select(i => schedule.MaskRatio(i / 100.0, 1024)).ToList();
        Assert.Equal(1, ratios[0], 1e-3);
        Assert.Equal(1e-6, ratios[^1], 1e-9);
        Assert.Equal(ratios.OrderDescending(), ratios);
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("pow")]
    [InlineData("pow-1")]
    [InlineData("poly:1,x")]
    public void Parse_UnknownName_ListsAll(string name) =>
        Assert.Contains("there are cosine, uniform, exp, log", Assert.Throws<ArgumentException>(() => MaskSchedules.Parse(name)).Message, StringComparison.Ordinal);
}
