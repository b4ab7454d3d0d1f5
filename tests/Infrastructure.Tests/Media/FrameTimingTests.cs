using Magvit.Infrastructure.Media;
using Xunit;

namespace Magvit.Infrastructure.Tests.Media;

public sealed class FrameTimingTests
{
    public static TheoryData<string, double[], bool, double> Clips => new()
    {
        { "even", Times(100, i => i / 25.0), true, 25 },
        { "rounded to milliseconds by Matroska", Times(100, i => Math.Round(i / 30.0, 3)), true, 30 },
        { "film", Times(100, i => i * 1001 / 24000.0), true, 24000.0 / 1001 },
        { "one frame dropped in three hundred", Times(300, i => (i > 150 ? i + 1 : i) / 30.0), true, 30 },
        { "every third frame held", Times(90, i => (i + (i / 3)) / 10.0), false, 10 },
        { "decoding order", [0, 0.3, 0.1, 0.2, 0.6, 0.4, 0.5], true, 10 },
        { "no times", [], true, 0 },
    };

    [Theory]
    [MemberData(nameof(Clips))]
    public void FromTimes_Clip_IsJudged(string _, double[] times, bool isConstant, double rate)
    {
        var timing = FrameTiming.FromTimes(times.Length, times);

        Assert.Equal(isConstant, timing.IsConstant);
        Assert.Equal(rate, timing.TypicalRateHz, tolerance: 0.01);
    }

    private static double[] Times(int count, Func<int, double> time) => [.. Enumerable.Range(0, count).Select(time)];
}
