using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>People click as soon as they see something, which is before the page is alive.</summary>
[Collection(SharedSite.Name)]
public sealed class EarlyClickTests(Site site, Chromium chromium)
{
    [Fact]
    public async Task GalleryCard_ClickedBeforeTheCircuitIsUp_OpensItsDetail()
    {
        var page = await chromium.OpenAsync(site.Address);
        await StudioWalkTests.EnterAsync(page);
        await page.GotoAsync("/studio?task=class-conditional&class=walk&steps=2");
        await page.WaitForSelectorAsync(".studio[data-ready]");
        await page.ClickAsync("#generate");
        await page.WaitForSelectorAsync("#result", StudioSteps.Patient);
        // The script that brings the page to life comes late.
        await page.RouteAsync("**/blazor.web*.js", async route =>
        {
            await Task.Delay(1000);
            await route.ContinueAsync();
        });
        foreach (var wait in new[] { 0, 1000, 1200, 1500 })
        {
            await page.GotoAsync("/gallery", new() { WaitUntil = Microsoft.Playwright.WaitUntilState.Commit });
            await page.WaitForSelectorAsync(".grid .card");
            await page.WaitForTimeoutAsync(wait);
            await page.ClickAsync(".grid .card");
            await page.WaitForSelectorAsync("dialog.detail[open] .player[data-ready=true]", new() { Timeout = 180_000 });
        }
    }

    [Fact]
    public async Task Remix_ClickedWhileThePlayerIsOnItsWay_OpensTheEditor()
    {
        var page = await chromium.OpenAsync(site.Address);
        await page.OpenStudioAsync("outpaint-vertical");
        await page.ClickAsync("#generate");
        await page.WaitForSelectorAsync("#result", StudioSteps.Patient);
        var job = await page.GetAsync($"/api/v1/jobs/{page.QueryOf("job")}");
        var result = job.GetProperty("outputs")[0].GetProperty("galleryItemId").GetString();
        // The gallery's player comes when the gallery is left already: it finds no element any more.
        await page.RouteAsync("**/js/player*.js", async route =>
        {
            await Task.Delay(1500);
            await route.ContinueAsync();
        });

        await page.RunAndWaitForRequestAsync(() => page.GotoAsync($"/gallery/{result}"), request => request.Url.Contains("/js/player", StringComparison.Ordinal));
        await page.ClickAsync("#remix");

        await page.WaitForSelectorAsync(".editor[data-ready=true]", new() { Timeout = 60_000 });
        await page.WaitForTimeoutAsync(2000);
        Assert.True(await page.IsVisibleAsync(".editor[data-ready=true]"));
    }
}
