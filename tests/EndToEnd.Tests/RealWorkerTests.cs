using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>Browser, site, PostgreSQL, worker process, libtorch and the shipped weights, all real.</summary>
[Collection(SharedSiteWithWorker.Name)]
public sealed class RealWorkerTests(SiteWithWorkerProcess site, Chromium chromium)
{
    private static readonly PageWaitForSelectorOptions Patient = new() { Timeout = 120_000 };

    [Theory]
    [InlineData(1280, 860)]
    [InlineData(360, 740)]
    public async Task Newcomer_UploadsAndGenerates_FindsTheClipInTheGallery(int width, int height)
    {
        Assert.True(Directory.Exists(Path.Combine(WorkerProcess.ModelsPath, "demo-64")), "models/demo-64 ships with the repository");
        var page = await chromium.OpenAsync(site.Address, width, height);
        await StudioWalkTests.EnterAsync(page);
        await page.WaitForSelectorAsync(".input-picker[data-ready]");

        await page.SetInputFilesAsync("input[type=file]", await TestClip.MakeAsync());
        await page.WaitForSelectorAsync(".editor[data-ready=true]");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForSelectorAsync("#step-counter:not([data-step='0']), #result", Patient);
        await page.WaitForSelectorAsync("#result", Patient);
        Assert.True(width >= await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), "the result scrolls sideways");

        await page.ClickAsync("text=Open in the gallery");
        await page.WaitForSelectorAsync("dialog.detail[open] .player[data-ready=true]");
        Assert.Contains("demo-64", await page.InnerTextAsync("dialog.detail .facts"), StringComparison.Ordinal);
        var mp4 = await page.APIRequest.GetAsync(await page.GetAttributeAsync("dialog.detail a[href$='format=mp4']", "href") ?? "");
        Assert.Equal(200, mp4.Status);
        var path = Path.Combine(Path.GetTempPath(), $"magvit-e2e-{Guid.NewGuid():n}.mp4");
        try
        {
            await File.WriteAllBytesAsync(path, await mp4.BodyAsync(), TestContext.Current.CancellationToken);
            var recipe = await Magvit.Infrastructure.Media.RecipeMetadata.ReadAsync(path, TestContext.Current.CancellationToken);
            Assert.Contains("\"task\":\"frame-prediction\"", recipe, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
