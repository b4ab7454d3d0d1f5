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
}
