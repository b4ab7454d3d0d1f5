using Magvit.Web.Shell;
using Xunit;

namespace Magvit.Web.Tests.Shell;

public sealed class WordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "just now")]
    [InlineData(90, "1 min ago")]
    [InlineData(7200, "2 h ago")]
    [InlineData(3 * 86400, "3 days ago")]
    [InlineData(60 * 86400, "2 Apr 2026")]
    public void Ago_AnyTime_UsesTheLargestFittingUnit(int seconds, string expected) =>
        Assert.Equal(expected, Words.Ago(Now.AddSeconds(-seconds), Now));

    [Theory]
    [InlineData(2.34, "2.3 s")]
    [InlineData(42, "42 s")]
    [InlineData(125, "2 min 05 s")]
    [InlineData(7500, "2 h 05 min")]
    public void Duration_AnyLength_CarriesItsUnit(double seconds, string expected) =>
        Assert.Equal(expected, Words.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public async Task PageLife_WorkAfterTheEnd_IsNotDone()
    {
        var life = new PageLife();
        var done = 0;
        await life.WhileOpenAsync(() => Task.FromResult(done++));
        life.End();
        await life.WhileOpenAsync(() => Task.FromResult(done++));

        Assert.Equal(1, done);
        Assert.True(life.Token.IsCancellationRequested);
    }
}
