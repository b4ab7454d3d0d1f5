using Magvit.Infrastructure.Media;
using Xunit;

namespace Magvit.Infrastructure.Tests.Media;

public sealed class FrameTimingTests
{
    /// <summary>What the clip is, its packets, their times, whether its rate counts as constant, and the rate.</summary>
    public static TheoryData<string, int, double[], bool, double> Clips => new()
    {
        { "even", 100, Times(100, i => i / 25.0), true, 25 },
        { "rounded to milliseconds by Matroska", 100, Times(100, i => Math.Round(i / 30.0, 3)), true, 30 },
        { "film", 100, Times(100, i => i * 1001 / 24000.0), true, 24000.0 / 1001 },
        { "one frame dropped in three hundred", 300, Times(300, i => (i > 150 ? i + 1 : i) / 30.0), true, 30 },
        { "every third frame held", 90, Times(90, i => (i + (i / 3)) / 10.0), false, 10 },
        { "decoding order", 7, [0, 0.3, 0.1, 0.2, 0.6, 0.4, 0.5], true, 10 },
        { "no times", 90, [], true, 0 },
        { "times of half the packets (MPEG program stream)", 90, Times(45, i => i / 12.5), true, 0 },
    };

    [Theory]
    [MemberData(nameof(Clips))]
    public void FromTimes_Clip_IsJudged(string _, int packets, double[] times, bool isConstant, double rate)
    {
        var timing = FrameTiming.FromTimes(packets, times);

        Assert.Equal((packets, isConstant), (timing.Packets, timing.IsConstant));
        Assert.Equal(rate, timing.TypicalRateHz, tolerance: 0.01);
    }

    private static double[] Times(int count, Func<int, double> time) => [.. Enumerable.Range(0, count).Select(time)];
}
