using Magvit.Domain.Generation;
using Magvit.Testing;
using Magvit.Web.Shell;
using Magvit.Web.Studio;
using Magvit.Web.Tests.Harness;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Xunit;

namespace Magvit.Web.Tests.Studio;

public sealed class StudioComponentTests
{
    [Fact]
    public async Task TaskPicker_ClickOnACard_TellsTheTask()
    {
        var chosen = new List<GenerationTask>();
        var host = await ComponentHost.RenderAsync<TaskPicker>(new Dictionary<string, object?>
        {
            ["Tasks"] = GenerationTaskCatalog.All,
            ["Value"] = GenerationTask.FramePrediction,
            ["ValueChanged"] = EventCallback.Factory.Create<GenerationTask>(this, chosen.Add),
        });

        await host.FireAsync("onclick", new MouseEventArgs(), "task-inpaint-central");

        Assert.Equal([GenerationTask.InpaintCentral], chosen);
        var body = await host.BodyAsync();
        Assert.Equal(GenerationTaskCatalog.All.Count, body.QuerySelectorAll("[role=radio]").Length);
        Assert.Equal("task-frame-prediction", Assert.Single(body.QuerySelectorAll("[aria-checked=true]")).Id);
    }

    [Fact]
    public async Task ClassPicker_Search_KeepsWhatMatches()
    {
        var host = await ComponentHost.RenderAsync<ClassPicker>(new Dictionary<string, object?>
        {
            ["Names"] = new[] { "cast", "cheer", "chop", "fall", "jump", "kick", "run", "walk", "wave" },
            ["Value"] = "run",
        });

        await host.FireAsync("oninput", new ChangeEventArgs { Value = " CH" });

        var body = await host.BodyAsync();
        Assert.Empty(body.QuerySelectorAll("input[checked]"));
        Assert.Equal(["cheer", "chop"], body.QuerySelectorAll(".option").Select(option => option.TextContent.Trim()));
    }

    [Fact]
    public async Task ClassPicker_NothingMatches_OffersTheWayBack()
    {
        var host = await ComponentHost.RenderAsync<ClassPicker>(new Dictionary<string, object?>
        {
            ["Names"] = Enumerable.Range(0, 20).Select(i => $"class {i}").ToArray(),
        });

        await host.FireAsync("oninput", new ChangeEventArgs { Value = "zebra" });
        Assert.Contains("No class matches", (await host.BodyAsync()).TextContent);
        await host.FireAsync("onclick", new MouseEventArgs());

        Assert.Equal(20, (await host.BodyAsync()).QuerySelectorAll(".option").Length);
    }

    [Fact]
    public async Task SeedField_NotANumber_MeansRandom()
    {
        var seeds = new List<long?>();
        var host = await ComponentHost.RenderAsync<SeedField>(new Dictionary<string, object?>
        {
            ["Value"] = 5L,
            ["ValueChanged"] = EventCallback.Factory.Create<long?>(this, seeds.Add),
        });

        await host.FireAsync("onchange", new ChangeEventArgs { Value = "1234" });
        await host.FireAsync("onchange", new ChangeEventArgs { Value = "soon" });
        await host.FireAsync("onclick", new MouseEventArgs());

        Assert.Equal([1234, null], seeds[..2]);
        Assert.InRange(seeds[2]!.Value, 0, GenerationLimits.MaxSeed);
    }

    [Fact]
    public async Task RangeField_ValueWithUnit_IsReadableByPeopleAndPrograms()
    {
        var host = await ComponentHost.RenderAsync<RangeField>(new Dictionary<string, object?>
        {
            ["Id"] = "steps",
            ["Label"] = "Steps",
            ["Min"] = 0.0,
            ["Max"] = 24.0,
            ["Value"] = 12.0,
            ["Unit"] = " steps",
        });

        var body = await host.BodyAsync();

        Assert.Equal("12 steps", body.QuerySelector("output")!.TextContent);
        Assert.Equal("--fill:50%", body.QuerySelector("input")!.GetAttribute("style"));
    }

    [Theory]
    [InlineData(GenerationTask.ClassConditional, null, "4")]
    [InlineData(GenerationTask.FramePrediction, null, "0")]
    [InlineData(GenerationTask.ClassConditional, 1.5, "1.5")]
    public async Task RunSettings_GuidanceLeftOpen_ShowsWhatSuitsModelAndTask(GenerationTask task, double? guidance, string shown)
    {
        var model = TestPlatform.NewModel() with { Guidance = 4 };
        var host = await ComponentHost.RenderAsync<RunSettings>(new Dictionary<string, object?>
        {
            ["Draft"] = new StudioDraft { Task = task, Guidance = guidance },
            ["Models"] = new[] { model },
            ["Model"] = model,
        });

        Assert.Equal(shown, (await host.BodyAsync()).QuerySelector("output[for=guidance]")!.TextContent);
    }

    [Fact]
    public void Icons_EveryName_HasADrawing()
    {
        Assert.Throws<ArgumentException>(() => IconPaths.Of("no such icon"));
        Assert.StartsWith("<path", IconPaths.Of("upload"));
    }
}
