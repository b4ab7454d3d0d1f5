using Magvit.Domain.Generation;
using Xunit;

namespace Magvit.Domain.Tests.Generation;

public sealed class RunForecastTests
{
    [Fact]
    public void Judge_NothingMeasured_KnowsNothing() => Assert.Equal((null, 0), RunForecast.Judge([], 12, 1));

    [Fact]
    public void Judge_RunsOfTheSameSize_TakesTheirMedian()
    {
        MeasuredRun[] runs = [Run(12, 1, 4), Run(12, 1, 5), Run(12, 1, 60), Run(4, 1, 1)];

        Assert.Equal((TimeSpan.FromSeconds(5), 3), RunForecast.Judge(runs, 12, 1));
    }

    [Fact]
    public void Judge_RunsOfOtherSizes_GrowsWithStepsAndClips()
    {
        MeasuredRun[] runs = [Run(12, 1, 6), Run(8, 2, 8)];

        Assert.Equal((TimeSpan.FromSeconds(48), 2), RunForecast.Judge(runs, 24, 4));
    }

    [Fact]
    public void Remaining_StepsDone_GoesOnAtTheirPace()
    {
        Assert.Null(RunForecast.Remaining(TimeSpan.FromSeconds(3), 0, 12));
        Assert.Equal(TimeSpan.FromSeconds(9), RunForecast.Remaining(TimeSpan.FromSeconds(3), 3, 12));
        Assert.Equal(TimeSpan.Zero, RunForecast.Remaining(TimeSpan.FromSeconds(3), 12, 12));
    }

    private static MeasuredRun Run(int steps, int samples, double seconds) => new(steps, samples, TimeSpan.FromSeconds(seconds));
}
