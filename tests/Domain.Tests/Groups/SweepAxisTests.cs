using Magvit.Domain.Generation;
using Magvit.Domain.Groups;
using Xunit;

namespace Magvit.Domain.Tests.Groups;

public sealed class SweepAxisTests
{
    [Theory]
    [InlineData(SweepParameter.Seed, "1-4, 9", "1 2 3 4 9")]
    [InlineData(SweepParameter.Steps, "4;8,8", "4 8")]
    [InlineData(SweepParameter.Temperature, " 1, 4.5 ,9", "1 4.5 9")]
    [InlineData(SweepParameter.ClassName, "run, lie-down", "run lie-down")]
    [InlineData(SweepParameter.Guidance, "", "")]
    public void Parse_AsPeopleWrite(SweepParameter parameter, string text, string values) =>
        Assert.Equal(values.Split(' ', StringSplitOptions.RemoveEmptyEntries), SweepAxis.Parse(parameter, text).Values);

    [Fact]
    public void Apply_EachParameter_ChangesThatAlone()
    {
        var request = new GenerationRequest { Task = GenerationTask.ClassConditional };

        Assert.Equal(request with { Seed = 5 }, new SweepAxis(SweepParameter.Seed, []).Apply(request, "5"));
        Assert.Equal(request with { Steps = 3 }, new SweepAxis(SweepParameter.Steps, []).Apply(request, "3"));
        Assert.Equal(request with { Temperature = 2.5 }, new SweepAxis(SweepParameter.Temperature, []).Apply(request, "2.5"));
        Assert.Equal(request with { Guidance = 1 }, new SweepAxis(SweepParameter.Guidance, []).Apply(request, "1"));
        Assert.Equal(request with { Schedule = "exp" }, new SweepAxis(SweepParameter.Schedule, []).Apply(request, "exp"));
        Assert.Equal(request with { ClassName = "run" }, new SweepAxis(SweepParameter.ClassName, []).Apply(request, "run"));
        Assert.Null(new SweepAxis(SweepParameter.Steps, []).Apply(request, "many"));
        Assert.Null(new SweepAxis(SweepParameter.Temperature, []).Apply(request, "-1"));
    }
}
