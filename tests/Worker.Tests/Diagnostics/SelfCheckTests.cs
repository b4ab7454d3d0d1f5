using Magvit.Worker.Commands;
using Magvit.Worker.Diagnostics;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Worker.Tests.Diagnostics;

public class SelfCheckTests
{
    [Fact]
    public void Run_CpuAgainstItself_PassesEveryLine()
    {
        using var output = new StringWriter();
        Assert.Equal(0, SelfCheckCommand.Run(CPU, output));
        var text = output.ToString();
        Assert.Contains(" 0 failed", text, StringComparison.Ordinal);
        Assert.DoesNotContain("FAIL", text, StringComparison.Ordinal);
        Assert.Equal(10, text.Split('\n').Count(l => l.StartsWith("ok  ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0.5, 1, true)]
    [InlineData(1.5, 1, false)]
    [InlineData(double.NaN, 1, false)]
    public void CheckLine_ValueAndLimit_DecideWhetherItPassed(double value, double limit, bool passed) =>
        Assert.Equal(passed, new CheckLine("x", value, limit, "").Passed);
}
