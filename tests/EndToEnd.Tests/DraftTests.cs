using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>Drafts on the server, the choice between two tabs, and presets of one's own, at desktop and phone size.</summary>
[Collection(SharedSiteWithWorker.Name)]
public sealed class DraftTests(SiteWithWorkerProcess site, Chromium chromium)
{
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
        var drawn = await page.MaskHashAsync();

        // A phone that knows nothing of the drawing.
        var phone = await chromium.OpenAsync(site.Address, Device.Phone);
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

    [Theory]
    [InlineData(Device.Desktop)]
    [InlineData(Device.Phone)]
    public async Task Draft_ServerOutOfReach_IsKeptAndStoredLater(Device device)
    {
        var page = await OpenAsync(await chromium.OpenAsync(site.Address, device));
        await page.RouteAsync("**/api/v1/drafts/**", route => route.AbortAsync());
        await StrokeAsync(page);
        await page.WaitForSelectorAsync(".studio[data-draft-state=offline]");
        Assert.Contains("Kept in this browser", await page.InnerTextAsync(".dr-state"));
        var drawn = await page.MaskHashAsync();

        await page.UnrouteAsync("**/api/v1/drafts/**");
        await page.ReloadAsync();
        await page.WaitForSelectorAsync(".editor[data-ready=true]", StudioSteps.Patient);
        await page.WaitForSelectorAsync(Saved, StudioSteps.Patient);

        Assert.Equal(drawn, await page.MaskHashAsync());
        Assert.Null(await page.QuerySelectorAsync(".dr-choice"));
    }

    // The first attempt arrives and its answer is lost, the next do not arrive: what the server has came from here all the same.
    [Fact]
    public async Task Draft_AnswerLostThenOutOfReach_IsNoConflict()
    {
        var page = await OpenAsync(await chromium.OpenAsync(site.Address));
        var stamps = new List<(string Sent, string? Remembered)>();
        await page.RouteAsync("**/api/v1/drafts/**", async route =>
        {
            if (route.Request.Method == "PUT" && route.Request.PostDataJSON() is { } body)
            {
                stamps.Add((body.GetProperty("document").GetProperty("stamp").GetString()!, await LastStampAsync(page)));
            }

            await (stamps.Count == 1 ? route.FetchAsync() : Task.CompletedTask);
            await route.AbortAsync();
        });
        await StrokeAsync(page);
        await page.WaitForFunctionAsync("() => document.querySelector('.studio').dataset.draftState === 'offline'", null, new() { Timeout = 60_000 });
        for (var i = 0; i < 300 && stamps.Count < 3; i++)
        {
            await page.WaitForTimeoutAsync(200);
        }

        Assert.True(stamps.Count >= 3, $"{stamps.Count} attempts");
        Assert.All(stamps, s => Assert.Equal(s.Sent, s.Remembered));
        var drawn = await page.MaskHashAsync();

        await page.UnrouteAsync("**/api/v1/drafts/**");
        await page.ReloadAsync();
        await page.WaitForSelectorAsync(".editor[data-ready=true]", StudioSteps.Patient);
        await page.WaitForSelectorAsync(Saved, StudioSteps.Patient);

        Assert.Equal(drawn, await page.MaskHashAsync());
        Assert.Null(await page.QuerySelectorAsync(".dr-choice"));
    }

    [Theory]
    [InlineData(Device.Desktop)]
    [InlineData(Device.Phone)]
    public async Task TwoTabs_OnOneDraft_GetAChoiceAndLoseNothing(Device device)
    {
        var one = await OpenAsync(await chromium.OpenAsync(site.Address, device));
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
        var first = await one.MaskHashAsync();
        await two.WaitForSelectorAsync(".dr-choice", StudioSteps.Patient);
        var mine = await two.MaskHashAsync();
        Assert.NotEqual(first, mine);
        await ShootAsync(two, "drafts-two-tabs");
        await two.ClickAsync(".dr-choice button:has-text('Take theirs')");
        await UntilShownAsync(two, first);
        await two.Keyboard.PressAsync("Control+z");
        Assert.Equal(mine, await two.MaskHashAsync());

        // 2. What this one stores now, the other is asked about; it keeps its own.
        await two.WaitForSelectorAsync(Saved, StudioSteps.Patient);
        await one.WaitForSelectorAsync(".dr-choice", StudioSteps.Patient);
        await one.ClickAsync(".dr-choice button:has-text('Keep mine')");
        await one.WaitForSelectorAsync(Saved, StudioSteps.Patient);
        Assert.Equal(first, await one.MaskHashAsync());

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

    [Theory]
    [InlineData(Device.Desktop)]
    [InlineData(Device.Phone)]
    public async Task Draft_OfADeletedModel_SaysSoAndOffersAnother(Device device)
    {
        var page = await OpenAsync(await chromium.OpenAsync(site.Address, device));
        await StrokeAsync(page);
        await page.WaitForSelectorAsync("#task-custom-mask[aria-checked=true]");
        var drawn = await page.MaskHashAsync();

        await page.GotoAsync(page.Url + "&model=gone-64");
        await page.WaitForSelectorAsync("#model-gone:has-text('not installed any more')");
        await page.WaitForSelectorAsync(".editor[data-ready=true]", StudioSteps.Patient);
        Assert.Equal(drawn, await page.MaskHashAsync());
        Assert.True(await page.IsDisabledAsync("#generate"));
        Assert.Contains("There is no model 'gone-64'", await page.InnerTextAsync("#why"));
        await page.ClickAsync("#model-gone button");
        await page.WaitForSelectorAsync("#generate:not(:disabled)");
        Assert.Equal(drawn, await page.MaskHashAsync());
    }

    [Theory]
    [InlineData(Device.Desktop)]
    [InlineData(Device.Phone)]
    public async Task Run_SettingsForecastAndPresets_HelpAndComeBack(Device device)
    {
        var page = await chromium.OpenAsync(site.Address, device);
        await StudioWalkTests.EnterAsync(page);
        await page.GotoAsync("/studio?task=class-conditional&class=run&steps=3&samples=2");
        await page.WaitForSelectorAsync(".studio[data-ready]");

        // Every setting explains itself.
        await page.ClickAsync("#field-steps .ask");
        await page.WaitForSelectorAsync("#help-steps:has-text('4 gives a quick draft')");
        await page.FillAsync("input[aria-label='Find a class']", "spi");
        await page.WaitForFunctionAsync("() => [...document.querySelectorAll('.classes input[type=radio]')].map(input => input.value).join() === 'spin'");
        await page.FillAsync("input[aria-label='Find a class']", "");
        await page.WaitForSelectorAsync(".classes input[value=run]:checked");

        // The time is measured: unknown or not at first, known after a run of this size.
        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForSelectorAsync("#result", StudioSteps.Patient);
        await page.WaitForSelectorAsync("#forecast:has-text('2 clips · about')");
        Assert.Equal(2, await page.Locator(".samples .sample").CountAsync());

        // Saved, changed, and applied again; renamed, deleted, and taken back.
        var (look, glance) = ($"Quick look, {device}", $"Glance, {device}");
        await page.ClickAsync("#presets");
        await page.FillAsync("#preset-name", look);
        await page.CheckAsync("#preset-mask");
        await page.ClickAsync("#preset-save");
        await page.WaitForSelectorAsync($"[data-preset='{look}']");
        await ShootAsync(page, "presets");
        await page.GotoAsync("/studio?task=frame-prediction");
        await page.WaitForSelectorAsync(".studio[data-ready]");
        await page.ClickAsync("#presets");
        await page.ClickAsync($"[data-preset='{look}'] .apply");
        await page.WaitForSelectorAsync("#task-class-conditional[aria-checked=true]");
        await page.WaitForSelectorAsync(".studio[data-address*='steps=3']");
        await page.ClickAsync($"[aria-label='Rename {look}']");
        await page.FillAsync("[aria-label='New name']", glance);
        await page.Keyboard.PressAsync("Enter");
        await page.ClickAsync($"[aria-label='Delete {glance}']");
        await page.ClickAsync(".toast button:has-text('Undo')");
        await page.WaitForSelectorAsync(".presets:not([open])");
        await page.ClickAsync("#presets");
        await page.WaitForSelectorAsync($"[data-preset='{glance}']");
    }

    [Fact]
    public async Task Recipe_DroppedAnywhere_SetsTheStudioUp()
    {
        var page = await chromium.OpenAsync(site.Address);
        await StudioWalkTests.EnterAsync(page);
        await page.GotoAsync("/studio?task=class-conditional&class=jump&steps=2&seed=41&lock=1");
        await page.WaitForSelectorAsync(".studio[data-ready]");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForSelectorAsync("#result", StudioSteps.Patient);
        await page.ClickAsync("text=Open in the gallery");
        await page.ClickAsync("details.download summary");
        await page.CheckAsync("#strip-recipe");
        await page.WaitForSelectorAsync("a[href$='format=gif&recipe=false']");
        var result = (await page.GetAttributeAsync("a[href*='format=gif']", "href"))!.Replace("format=gif&recipe=false", "format=", StringComparison.Ordinal);

        foreach (var (format, type) in new[] { ("mp4", "video/mp4"), ("webm", "video/webm"), ("gif", "image/gif"), ("png", "image/png") })
        {
            await page.GotoAsync("/jobs");
            await page.WaitForSelectorAsync(".page[data-ready]");
            await DropAsync(page, result + format, "jump." + format, type);
            await page.WaitForSelectorAsync(".recipe-note:has-text('Recipe restored')");
            await page.WaitForURLAsync(url => url.Contains("seed=41", StringComparison.Ordinal) && url.Contains("class=jump", StringComparison.Ordinal));
            await page.WaitForSelectorAsync(".studio[data-ready]");
            Assert.True(await page.IsCheckedAsync(".classes input[value=jump]"));
        }

        // Without its recipe the file is a clip like any other: nothing for the queue, an input for the Studio.
        await page.GotoAsync("/jobs");
        await page.WaitForSelectorAsync(".page[data-ready]");
        await DropAsync(page, result + "mp4&recipe=false", "jump.mp4", "video/mp4");
        await page.WaitForSelectorAsync(".recipe-note:has-text('carries no recipe')");
        await page.GotoAsync("/studio?task=frame-prediction");
        await page.WaitForSelectorAsync(".input-picker[data-ready]");
        await DropAsync(page, result + "mp4&recipe=false", "jump.mp4", "video/mp4");
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
        await page.OpenStudioAsync("inpaint-central");
        return page;
    }

    private static async Task StrokeAsync(IPage page, float height = 0.5f)
    {
        await page.Locator(".me-stage").ScrollIntoViewIfNeededAsync();
        var box = (await page.Locator(".me-stage").BoundingBoxAsync())!;
        var side = Math.Min(box.Width, box.Height);
        var (left, y) = (box.X + ((box.Width - side) / 2), box.Y + ((box.Height - side) / 2) + (height * side));
        await page.Mouse.MoveAsync(left + (0.1f * side), y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(left + (0.9f * side), y, new() { Steps = 8 });
        await page.Mouse.UpAsync();
    }

    // What the browser's database has as the last attempt to store the draft.
    private static Task<string?> LastStampAsync(IPage page) => page.EvaluateAsync<string?>(
        """
        () => new Promise((resolve, reject) => {
          const opening = indexedDB.open("magvit-studio");
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const entries = opening.result.transaction("drafts").objectStore("drafts").getAll();
            entries.onsuccess = () => { opening.result.close(); resolve(entries.result.find(entry => entry.stamps?.length)?.stamps.at(-1) ?? null); };
          };
        })
        """);

    private static async Task UntilShownAsync(IPage page, string hash)
    {
        for (var i = 0; i < 300 && await page.MaskHashAsync() != hash; i++)
        {
            await page.WaitForTimeoutAsync(200);
        }

        Assert.Equal(hash, await page.MaskHashAsync());
    }

    /// <summary>A picture to look at, where the environment says where to.</summary>
    private static Task ShootAsync(IPage page, string name) => Environment.GetEnvironmentVariable("MAGVIT_SCREENS") is { Length: > 0 } folder
        ? page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") })
        : Task.CompletedTask;
}
