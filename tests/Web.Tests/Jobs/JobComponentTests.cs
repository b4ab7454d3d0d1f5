using Magvit.Domain.Jobs;
using Magvit.Web.Jobs;
using Magvit.Web.Tests.Harness;
using Xunit;

namespace Magvit.Web.Tests.Jobs;

public sealed class JobComponentTests
{
    [Theory]
    [InlineData(JobState.Queued, "Waiting")]
    [InlineData(JobState.Running, "Running")]
    [InlineData(JobState.Succeeded, "Done")]
    [InlineData(JobState.Failed, "Failed")]
    [InlineData(JobState.Cancelled, "Cancelled")]
    public async Task StateBadge_EveryState_HasAWordAndAnIcon(JobState state, string word)
    {
        var host = await ComponentHost.RenderAsync<StateBadge>(new Dictionary<string, object?> { ["State"] = state });

        var body = await host.BodyAsync();

        Assert.Equal(word, body.TextContent.Trim());
        Assert.NotNull(body.QuerySelector("svg > *"));
    }

    [Fact]
    public async Task StepDots_TwelveSteps_ShowsADotForEach()
    {
        var host = await ComponentHost.RenderAsync<StepDots>(new Dictionary<string, object?> { ["Step"] = 5, ["Steps"] = 12, ["Running"] = true });

        var body = await host.BodyAsync();

        Assert.Equal(12, body.QuerySelectorAll(".dot").Length);
        Assert.Equal(5, body.QuerySelectorAll(".dot[data-done]").Length);
        Assert.Single(body.QuerySelectorAll(".dot[data-now]"));
        Assert.Equal("5", body.QuerySelector("[role=progressbar]")!.GetAttribute("aria-valuenow"));
    }

    [Fact]
    public async Task StepDots_ManySteps_ShowsABarInstead()
    {
        var host = await ComponentHost.RenderAsync<StepDots>(new Dictionary<string, object?> { ["Step"] = 16, ["Steps"] = 64 });

        var body = await host.BodyAsync();

        Assert.Empty(body.QuerySelectorAll(".dot"));
        Assert.Equal("width:25%", body.QuerySelector(".bar span")!.GetAttribute("style"));
    }
}
