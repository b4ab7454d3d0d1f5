using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>Makes the pictures of docs/screens: eng/screens.sh runs this, the ordinary tests leave it out.</summary>
/// <remarks>All that is seen comes from this repository: clips that models/demo-64 generates, masks that are drawn here.</remarks>
public sealed class Screens(SiteWithWorkerProcess site, Chromium chromium) : IClassFixture<SiteWithWorkerProcess>, IClassFixture<Chromium>
{
    /// <summary>The folder for the pictures.</summary>
    private const string Variable = "MAGVIT_SCREENS";

    private static readonly string? Folder = Environment.GetEnvironmentVariable(Variable);

    [Fact]
    public async Task States_OfThePages_ArePhotographed()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Folder), $"{Variable} names no folder; eng/screens.sh does.");
        var page = await chromium.OpenAsync(site.Address, width: 1440, height: 900);
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await StudioWalkTests.EnterAsync(page);
        await ShootAsync(page, "empty");

        // Clips for the gallery, the first of which is then uploaded as anybody's footage would be.
        var clips = new List<string>();
        foreach (var (name, seed) in new[] { ("walk", 3), ("run", 5), ("jump", 8), ("cheer", 2) })
        {
            await GenerateAsync(page, $"/studio?task=class-conditional&class={name}&seed={seed}&lock=1");
            clips.Add(await DownloadAsync(page, name));
        }

        await page.GotoAsync("/studio?task=inpaint-central");
        await page.UploadAsync(clips[0]);
        await ShootAsync(page, "uploaded");

        await page.ClickAsync("[data-toggle=cellsShown]");
        await page.ClickAsync("[data-tool=ellipse]");
        await page.Keyboard.PressAsync("Delete");
        await DragAsync(page, 0.28f, 0.12f, 0.74f, 0.86f);
        await page.ClickAsync("[data-tool=brush]");
        await DragAsync(page, 0.1f, 0.92f, 0.9f, 0.92f);
        await page.WaitForSelectorAsync("#task-custom-mask[aria-checked=true]");
        await page.ClickAsync("#me-frame-5");
        await page.WaitForTimeoutAsync(400);
        await ShootAsync(page, "mask-drawn");

        await page.EvaluateAsync("() => { const steps = document.querySelector('#steps'); steps.value = 24; steps.dispatchEvent(new Event('change', { bubbles: true })); }");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForFunctionAsync("() => Number(document.querySelector('#step-counter')?.dataset.step) >= 8 || document.querySelector('#result')", null, new() { Timeout = 180_000 });
        await ShootAsync(page, "running");
        await page.WaitForSelectorAsync("#result", StudioSteps.Patient);
        await page.WaitForSelectorAsync(".player[data-ready=true]", StudioSteps.Patient);
        await ShootAsync(page, "done");

        // The cells of that result, then the planner of a longer and of a larger one.
        await page.ClickAsync("text=Heat map");
        await page.WaitForSelectorAsync(".clip-cells[data-heat=true]");
        await ShootAsync(page, "heat-map");
        await PlanAsync(page, "#extend-time", "longer");
        await page.GoBackAsync();
        await page.WaitForSelectorAsync(".studio[data-ready] .player[data-ready=true]", StudioSteps.Patient);
        await PlanAsync(page, "#extend-space", "larger");

        // A grid of results, and a comparison of clips from the gallery.
        await page.GotoAsync("/studio?task=class-conditional&class=kick&seed=4&lock=1");
        await page.WaitForSelectorAsync(".studio[data-ready]");
        await page.ClickAsync("#sweep > summary");
        await page.FillAsync("#sweep-column-values", "0.5, 1, 2.5, 4.5");
        await page.SelectOptionAsync("#sweep-rows", "Steps");
        await page.FillAsync("#sweep-row-values", "4, 12");
        await page.WaitForSelectorAsync("#sweep-size:has-text('4 × 2 = 8 clips')");
        await ShootAsync(page, "sweep-planned");
        await page.ClickAsync("#run-sweep");
        await page.WaitForSelectorAsync("#group-state[data-open='0']", StudioSteps.Patient);
        await ShootAsync(page, "sweep");
        await page.GotoAsync("/gallery");
        await page.WaitForSelectorAsync(".holder");
        await page.ClickAsync("#select");
        for (var i = 0; i < 2; i++)
        {
            await page.CheckAsync($".holder:nth-child({i + 1}) .choose input");
        }

        await page.ClickAsync("#compare");
        await page.WaitForSelectorAsync(".comparison[data-ready=true]", StudioSteps.Patient);
        await page.Keyboard.PressAsync("2");
        await ShootAsync(page, "compare");

        await page.GotoAsync("/studio?task=frame-prediction");
        await page.UploadAsync(clips[1]);
        await page.SetInputFilesAsync(".input-picker input[type=file]", [TestClip.Write("letter.mp4", "Dear Sir or Madam"u8), .. await TestClip.SequenceAsync(24)]);
        await page.WaitForSelectorAsync(".upload.failed", StudioSteps.Patient);
        await ShootAsync(page, "error");
        await page.EvaluateAsync("() => document.querySelectorAll('.upload button[aria-label^=\"Do not\"], .upload button[aria-label^=Remove]').forEach(button => button.click())");

        foreach (var (path, name, selector) in new[] { ("/gallery", "gallery", ".grid .card img"), ("/jobs", "queue", ".job"), ("/models", "models", "main h1"), ("/settings", "settings", "main h1") })
        {
            await page.GotoAsync(path);
            await page.WaitForSelectorAsync(selector);
            await ShootAsync(page, name);
        }

        await page.GotoAsync("/gallery");
        await page.WaitForSelectorAsync(".grid .card img");
        await page.WaitForTimeoutAsync(2000);
        await page.ClickAsync(".grid .card");
        await page.WaitForSelectorAsync("dialog.detail[open] .player[data-ready=true]", StudioSteps.Patient);
        await ShootAsync(page, "detail");

        await page.GotoAsync("/studio?task=outpaint-horizontal");
        await page.UploadAsync(clips[2]);
        await ShootAsync(page, "dark");
        await page.ClickAsync("[data-theme-toggle]");
        await page.WaitForSelectorAsync("html[data-theme=light]", new() { State = WaitForSelectorState.Attached });
        await ShootAsync(page, "light");
        await page.GotoAsync("/gallery");
        await page.WaitForSelectorAsync(".grid .card img");
        await ShootAsync(page, "gallery-light");

        await PhoneAsync(clips[3]);
    }

    private static async Task PlanAsync(IPage page, string way, string name)
    {
        await page.ClickAsync("#extend");
        await page.ClickAsync(way);
        await page.WaitForSelectorAsync(".extend-planner[data-ready=true]", StudioSteps.Patient);
        await ShootAsync(page, name);
    }

    private async Task PhoneAsync(string clip)
    {
        var page = await chromium.OpenPhoneAsync(site.Address);
        await page.OpenStudioAsync("outpaint-vertical", clip);
        await ShootAsync(page, "phone");
        await page.Locator(".me-stage").ScrollIntoViewIfNeededAsync();
        await page.EvaluateAsync("() => document.querySelector('.me').scrollIntoView({ block: 'start' })");
        await ShootAsync(page, "phone-drawing");
        await page.Locator("#generate").TapAsync();
        await page.WaitForSelectorAsync("#result", StudioSteps.Patient);
        await page.WaitForSelectorAsync(".player[data-ready=true]", StudioSteps.Patient);
        await page.EvaluateAsync("() => document.querySelector('.canvas').scrollIntoView({ block: 'start' })");
        await ShootAsync(page, "phone-done");
    }

    private static async Task GenerateAsync(IPage page, string address)
    {
        await page.GotoAsync(address);
        await page.WaitForSelectorAsync(".studio[data-ready]");
        await page.ClickAsync("#generate");
        await page.WaitForSelectorAsync("#result", StudioSteps.Patient);
    }

    private static async Task<string> DownloadAsync(IPage page, string name)
    {
        var answer = await page.APIRequest.GetAsync((await page.GetAttributeAsync("a[href$='format=mp4']", "href"))!);
        return TestClip.Write($"{name}.mp4", await answer.BodyAsync());
    }

    private static async Task DragAsync(IPage page, float left, float top, float right, float bottom)
    {
        var box = (await page.Locator(".me-stage").BoundingBoxAsync())!;
        var side = Math.Min(box.Width, box.Height) * 0.92f;
        var (x, y) = (box.X + ((box.Width - side) / 2), box.Y + ((box.Height - side) / 2));
        await page.Mouse.MoveAsync(x + (left * side), y + (top * side));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(x + (right * side), y + (bottom * side), new() { Steps = 12 });
        await page.Mouse.UpAsync();
    }

    private static async Task ShootAsync(IPage page, string name)
    {
        // The pointer is out of the way, pictures are decoded, what moves has arrived.
        await page.EvaluateAsync("async () => { await document.fonts.ready; await Promise.all([...document.images].filter(image => image.src && image.loading !== 'lazy').map(image => image.decode().catch(() => {}))); }");
        await page.WaitForTimeoutAsync(350);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Folder!, $"{name}.png") });
    }
}
