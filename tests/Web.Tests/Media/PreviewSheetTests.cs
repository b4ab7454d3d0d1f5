using Magvit.Web.Media;
using Magvit.Web.Tests.Harness;
using Xunit;

namespace Magvit.Web.Tests.Media;

public sealed class PreviewSheetTests
{
    [Fact]
    public async Task Render_NoPreviewYet_ShowsNoiseOfTheSameSize()
    {
        var host = await ComponentHost.RenderAsync<PreviewSheet>(new Dictionary<string, object?> { ["Current"] = null });

        var body = await host.BodyAsync();

        Assert.NotNull(body.QuerySelector(".noise"));
        Assert.Equal("--frames:16;--aspect:1;", body.QuerySelector(".sheet")!.GetAttribute("style"));
    }

    [Fact]
    public async Task Render_Preview_PlaysItsFrames()
    {
        var host = await ComponentHost.RenderAsync<PreviewSheet>(new Dictionary<string, object?> { ["Current"] = "/api/v1/previews/abc", ["Aspect"] = 1.5 });

        var body = await host.BodyAsync();

        Assert.Null(body.QuerySelector(".noise"));
        Assert.Contains("--aspect:1.5;background-image:url('/api/v1/previews/abc')", body.QuerySelector(".sheet")!.GetAttribute("style"));
    }
}
