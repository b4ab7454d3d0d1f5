using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>Drafts on the server, the choice between two tabs, and presets of one's own, at desktop and phone size.</summary>
public sealed class DraftTests(Site site, Chromium chromium) : IClassFixture<Site>, IClassFixture<Chromium>
{
    private const string Editor = "(await import('/studio/editor.js')).editorOf(document.querySelector('.editor'))";
    private const string Saved = ".studio[data-draft-state=saved]";

    [Fact]
    public async Task Draft_OnAnotherMachine_ComesBackWithMaskAndSettings()
    {
        var page = await OpenAsync(await chromium.OpenAsync(site.Address));
        await StrokeAsync(page);
        await page.WaitForSelectorAsync("#task-custom-mask[aria-checked=true]");
        await page.SelectOptionAsync("#schedule", "exp", new() { Force = true });
        await page.WaitForSelectorAsync(".studio[data-address*='schedule=exp']");
        await page.WaitForSelectorAsync(Saved, StudioSteps.Patient);
        var drawn = await HashAsync(page);

        // A phone that knows nothing of the drawing.
        var phone = await chromium.OpenAsync(site.Address, width: 360, height: 740);
        await StudioWalkTests.EnterAsync(phone);
        await phone.ClickAsync(".dr-open");
        var row = phone.Locator(".dr-row", new() { HasText = "Untitled" }).First;
        await row.WaitForAsync();
        Assert.True(360 >= await phone.EvaluateAsync<int>("document.documentElement.scrollWidth"), "the list of drafts scrolls sideways");
        await ShootAsync(phone, "drafts-phone");
        await row.Locator("a").ClickAsync();
        await phone.WaitForSelectorAsync(".editor[data-ready=true]", StudioSteps.Patient);
        await UntilShownAsync(phone, drawn);
        Assert.Equal("exp", await phone.InputValueAsync("#schedule"));

        // Renamed, deleted, and taken back.
        await phone.ClickAsync(".dr-open");
        await phone.ClickAsync(".dr-row [aria-label^='Rename']");
        await phone.FillAsync(".dr-row input", "Walk, mended");
        await phone.Keyboard.PressAsync("Enter");
        await phone.ClickAsync("[aria-label='Delete Walk, mended']");
        await phone.ClickAsync(".dr-row button:has-text('Undo')");
        await phone.WaitForSelectorAsync(".dr-row:has-text('Walk, mended')");
    }

    [Fact]
    public async Task Draft_ServerOutOfReach_IsKeptAndStoredLater()
    {
        var page = await OpenAsync(await chromium.OpenAsync(site.Address));
        await page.RouteAsync("**/api/v1/drafts/**", route => route.AbortAsync());
        await StrokeAsync(page);
        await page.WaitForSelectorAsync(".studio[data-draft-state=offline]");
        Assert.Contains("Kept in this browser", await page.InnerTextAsync(".dr-state"));
        var drawn = await HashAsync(page);

        await page.UnrouteAsync("**/api/v1/drafts/**");
        await page.ReloadAsync();
        await page.WaitForSelectorAsync(".editor[data-ready=true]", StudioSteps.Patient);
        await page.WaitForSelectorAsync(Saved, StudioSteps.Patient);

        Assert.Equal(drawn, await HashAsync(page));
        Assert.Null(await page.QuerySelectorAsync(".dr-choice"));
    }

    [Fact]
    public async Task TwoTabs_OnOneDraft_GetAChoiceAndLoseNothing()
    {
        var one = await OpenAsync(await chromium.OpenAsync(site.Address));
        await StrokeAsync(one);
        await one.WaitForSelectorAsync("#task-custom-mask[aria-checked=true]");
        await one.WaitForSelectorAsync(Saved, StudioSteps.Patient);
        var two = await one.Context.NewPageAsync();
        await two.GotoAsync(one.Url);
        await two.WaitForSelectorAsync(".editor[data-ready=true]", StudioSteps.Patient);
        await two.WaitForSelectorAsync(Saved, StudioSteps.Patient);

        // 1. The other tab draws on: this one hears of it, and asks.
        await StrokeAsync(one, height: 0.2f);
        await one.WaitForSelectorAsync(Saved, StudioSteps.Patient);
        var first = await HashAsync(one);
        await two.WaitForSelectorAsync(".dr-choice", StudioSteps.Patient);
        var mine = await HashAsync(two);
        Assert.NotEqual(first, mine);
        await ShootAsync(two, "drafts-two-tabs");
        await two.ClickAsync(".dr-choice button:has-text('Take theirs')");
        await UntilShownAsync(two, first);
        await two.Keyboard.PressAsync("Control+z");
        Assert.Equal(mine, await HashAsync(two));

        // 2. What this one stores now, the other is asked about; it keeps its own.
        await two.WaitForSelectorAsync(Saved, StudioSteps.Patient);
        await one.WaitForSelectorAsync(".dr-choice", StudioSteps.Patient);
        await one.ClickAsync(".dr-choice button:has-text('Keep mine')");
        await one.WaitForSelectorAsync(Saved, StudioSteps.Patient);
        Assert.Equal(first, await HashAsync(one));

        // 3. And the other makes a copy: two drafts, each with its own mask.
        await two.WaitForSelectorAsync(".dr-choice", StudioSteps.Patient);
        await two.ClickAsync(".dr-choice button:has-text('Make a copy')");
        await two.WaitForSelectorAsync(".studio[data-draft]:not([data-draft=''])");
        await two.WaitForSelectorAsync(".editor[data-ready=true]", StudioSteps.Patient);
        await UntilShownAsync(two, mine);
        await two.WaitForSelectorAsync(Saved, StudioSteps.Patient);
        Assert.Null(await two.QuerySelectorAsync(".dr-choice"));
        var drafts = JsonDocument.Parse(await (await two.APIRequest.GetAsync("/api/v1/drafts")).TextAsync()).RootElement.GetProperty("items");
        Assert.Contains(drafts.EnumerateArray(), draft => draft.TryGetProperty("title", out var title) && title.GetString()!.StartsWith("Copy of", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Draft_OfADeletedModel_SaysSoAndOffersAnother()
    {
        var page = await OpenAsync(await chromium.OpenAsync(site.Address));
        await StrokeAsync(page);
        await page.WaitForSelectorAsync("#task-custom-mask[aria-checked=true]");
        var drawn = await HashAsync(page);

        await page.GotoAsync(page.Url + "&model=gone-64");
        await page.WaitForSelectorAsync("#model-gone:has-text('not installed any more')");
        await page.WaitForSelectorAsync(".editor[data-ready=true]", StudioSteps.Patient);
        Assert.Equal(drawn, await HashAsync(page));
        Assert.True(await page.IsDisabledAsync("#generate"));
        Assert.Contains("There is no model 'gone-64'", await page.InnerTextAsync("#why"));
        await page.ClickAsync("#model-gone button");
        await page.WaitForSelectorAsync("#generate:not(:disabled)");
        Assert.Equal(drawn, await HashAsync(page));
    }

    [Fact]
    public async Task Run_SettingsForecastAndPresets_HelpAndComeBack()
    {
        var page = await chromium.OpenAsync(site.Address);
        await StudioWalkTests.EnterAsync(page);
        await page.GotoAsync("/studio?task=class-conditional&class=run&steps=3&samples=2");
        await page.WaitForSelectorAsync(".studio[data-ready]");

        // Every setting explains itself.
        await page.ClickAsync("#field-steps .ask");
        await page.WaitForSelectorAsync("#help-steps:has-text('4 gives a quick draft')");
        await page.FillAsync("input[aria-label='Find a class']", "dan");
        await page.WaitForFunctionAsync("() => [...document.querySelectorAll('.classes input[type=radio]')].map(input => input.value).join() === 'dance'");
        await page.FillAsync("input[aria-label='Find a class']", "");
        await page.WaitForSelectorAsync(".classes input[value=run]:checked");

        // The time is measured: unknown or not at first, known after a run of this size.
        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForSelectorAsync("#result", new() { Timeout = 180_000 });
        await page.WaitForSelectorAsync("#forecast:has-text('2 clips · about')");
        Assert.Equal(2, await page.Locator(".samples .sample").CountAsync());

        // Saved, changed, and applied again; renamed, deleted, and taken back.
        await page.ClickAsync("#presets");
        await page.FillAsync("#preset-name", "Quick look");
        await page.CheckAsync("#preset-mask");
        await page.ClickAsync("#preset-save");
        await page.WaitForSelectorAsync("[data-preset='Quick look']");
        await ShootAsync(page, "presets");
        await page.GotoAsync("/studio?task=frame-prediction");
        await page.WaitForSelectorAsync(".studio[data-ready]");
        await page.ClickAsync("#presets");
        await page.ClickAsync("[data-preset='Quick look'] .apply");
        await page.WaitForSelectorAsync("#task-class-conditional[aria-checked=true]");
        await page.WaitForSelectorAsync(".studio[data-address*='steps=3']");
        await page.ClickAsync("[aria-label='Rename Quick look']");
        await page.FillAsync("[aria-label='New name']", "Glance");
        await page.Keyboard.PressAsync("Enter");
        await page.ClickAsync("[aria-label='Delete Glance']");
        await page.ClickAsync(".toast button:has-text('Undo')");
        await page.WaitForSelectorAsync(".presets:not([open])");
        await page.ClickAsync("#presets");
        await page.WaitForSelectorAsync("[data-preset='Glance']");
    }

    [Fact]
    public async Task Recipe_DroppedAnywhere_SetsTheStudioUp()
    {
        var page = await chromium.OpenAsync(site.Address);
        await StudioWalkTests.EnterAsync(page);
        await page.GotoAsync("/studio?task=class-conditional&class=swim&steps=2&seed=41&lock=1");
        await page.WaitForSelectorAsync(".studio[data-ready]");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForSelectorAsync("#result", new() { Timeout = 180_000 });
        await page.ClickAsync("text=Open in the gallery");
        await page.ClickAsync("details.download summary");
        await page.CheckAsync("#strip-recipe");
        await page.WaitForSelectorAsync("a[href$='format=gif&recipe=false']");
        var result = (await page.GetAttributeAsync("a[href*='format=gif']", "href"))!.Replace("format=gif&recipe=false", "format=", StringComparison.Ordinal);

        foreach (var (format, type) in new[] { ("mp4", "video/mp4"), ("webm", "video/webm"), ("gif", "image/gif"), ("png", "image/png") })
        {
            await page.GotoAsync("/jobs");
            await page.WaitForSelectorAsync(".page[data-ready]");
            await DropAsync(page, result + format, "swim." + format, type);
            await page.WaitForSelectorAsync(".recipe-note:has-text('Recipe restored')");
            await page.WaitForURLAsync(url => url.Contains("seed=41", StringComparison.Ordinal) && url.Contains("class=swim", StringComparison.Ordinal));
            await page.WaitForSelectorAsync(".studio[data-ready]");
            Assert.True(await page.IsCheckedAsync(".classes input[value=swim]"));
        }

        // Without its recipe the file is a clip like any other: nothing for the queue, an input for the Studio.
        await page.GotoAsync("/jobs");
        await page.WaitForSelectorAsync(".page[data-ready]");
        await DropAsync(page, result + "mp4&recipe=false", "swim.mp4", "video/mp4");
        await page.WaitForSelectorAsync(".recipe-note:has-text('carries no recipe')");
        await page.GotoAsync("/studio?task=frame-prediction");
        await page.WaitForSelectorAsync(".input-picker[data-ready]");
        await DropAsync(page, result + "mp4&recipe=false", "swim.mp4", "video/mp4");
        await page.WaitForSelectorAsync(".editor[data-ready=true]", StudioSteps.Patient);
    }

    /// <summary>Drops a file that the site hands out onto the page.</summary>
    private static Task<bool> DropAsync(IPage page, string address, string name, string type) => page.EvaluateAsync<bool>(
        """
        async ([address, name, type]) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([await (await fetch(address)).blob()], name, { type }));
          return document.querySelector("main").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
        }
        """,
        new[] { address, name, type });

    private static async Task<IPage> OpenAsync(IPage page)
    {
        await StudioWalkTests.EnterAsync(page);
        await page.WaitForSelectorAsync(".input-picker[data-ready]");
        await page.SetInputFilesAsync(".input-picker input[type=file]", await TestClip.MakeAsync());
        await page.WaitForSelectorAsync(".editor[data-ready=true]", StudioSteps.Patient);
        await page.ClickAsync("#task-inpaint-central");
        await page.WaitForFunctionAsync($"async () => {Editor}.document.task === 'inpaint-central'");
        return page;
    }

    private static async Task StrokeAsync(IPage page, float height = 0.5f)
    {
        var box = (await page.Locator(".me-stage").BoundingBoxAsync())!;
        var side = Math.Min(box.Width, box.Height);
        var (left, y) = (box.X + ((box.Width - side) / 2), box.Y + ((box.Height - side) / 2) + (height * side));
        await page.Mouse.MoveAsync(left + (0.1f * side), y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(left + (0.9f * side), y, new() { Steps = 8 });
        await page.Mouse.UpAsync();
    }

    private static async Task UntilShownAsync(IPage page, string hash)
    {
        for (var i = 0; i < 300 && await HashAsync(page) != hash; i++)
        {
            await page.WaitForTimeoutAsync(200);
        }

        Assert.Equal(hash, await HashAsync(page));
    }

    private static Task<string> HashAsync(IPage page) => page.EvaluateAsync<string>($"async () => {Editor}.keeper.hash");

    /// <summary>A picture to look at, where the environment says where to.</summary>
    private static Task ShootAsync(IPage page, string name) => Environment.GetEnvironmentVariable("MAGVIT_SCREENS") is { Length: > 0 } folder
        ? page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") })
        : Task.CompletedTask;
}
