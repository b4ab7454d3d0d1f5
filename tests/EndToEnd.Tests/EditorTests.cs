using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>The Studio's editor on its page: drawing, keys, reload, and the mask's way to the worker.</summary>
public sealed class EditorTests(Site site, Chromium chromium) : IClassFixture<Site>, IClassFixture<Chromium>
{
    private const string Editor = "(await import('/studio/editor.js')).editorOf(document.querySelector('.editor'))";

    [Fact]
    public async Task Generate_DrawnMask_IsTheMaskThatTheWorkerGets()
    {
        var page = await OpenAsync("inpaint-central");
        await StrokeAsync(page, moves: 30);
        await page.WaitForSelectorAsync("#task-custom-mask[aria-checked=true]");
        var shown = await HashAsync(page);

        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForSelectorAsync("#result", new() { Timeout = 180_000 });

        Assert.Contains("task=custom-mask", page.Url);
        var job = await GetAsync(page, $"/api/v1/jobs/{QueryOf(page, "job")}");
        var mask = job.GetProperty("request").GetProperty("maskAssetId").GetString();
        Assert.Equal(QueryOf(page, "mask"), mask);
        Assert.Equal(shown, (await GetAsync(page, $"/api/v1/assets/{mask}")).GetProperty("sha256").GetString());
        var item = await GetAsync(page, $"/api/v1/gallery/{job.GetProperty("outputs")[0].GetProperty("galleryItemId").GetString()}");
        Assert.Equal(shown, item.GetProperty("recipe").GetProperty("mask").GetString());

        // Remix, in a browser that knows nothing of the draft, brings the drawn mask back.
        await page.EvaluateAsync("() => new Promise(done => { indexedDB.deleteDatabase('magvit-studio').onsuccess = done; setTimeout(done, 1000); })");
        await page.GotoAsync($"/gallery/{item.GetProperty("id").GetString()}");
        await page.FollowAsync("#remix");
        await page.WaitForSelectorAsync(".editor[data-ready=true]");
        Assert.Equal(shown, await HashAsync(page));
    }

    [Fact]
    public async Task Undo_AfterReload_GoesBackToThePreset()
    {
        var page = await OpenAsync("outpaint-vertical");
        var preset = await HashAsync(page);
        foreach (var key in new[] { "b", "e", "b" })
        {
            await page.Keyboard.PressAsync(key);
            await StrokeAsync(page, moves: 12);
        }

        var drawn = await HashAsync(page);
        Assert.NotEqual(preset, drawn);
        await page.WaitForSelectorAsync("#task-custom-mask[aria-checked=true]");
        await page.ReloadAsync();
        await page.WaitForSelectorAsync(".editor[data-ready=true]");
        Assert.Equal(drawn, await HashAsync(page));

        for (var i = 0; i < 3; i++)
        {
            await page.Keyboard.PressAsync("Control+z");
        }

        Assert.Equal(preset, await HashAsync(page));
        await page.WaitForSelectorAsync("#task-outpaint-vertical[aria-checked=true]");
        for (var i = 0; i < 3; i++)
        {
            await page.Keyboard.PressAsync("Control+y");
        }

        Assert.Equal(drawn, await HashAsync(page));
        await page.WaitForSelectorAsync("#task-custom-mask[aria-checked=true]");
    }

    [Fact]
    public async Task Keyboard_EveryTool_DrawsWithoutAPointer()
    {
        var page = await OpenAsync("outpaint-central");
        await page.FocusAsync(".me-stage");
        foreach (var key in new[] { "b", "e", "r", "c", "l", "f" })
        {
            await PressAsync(page, key, key == "e" ? "Control+a" : "Delete");
            var before = await HashAsync(page);
            await PressAsync(page, "Shift+ArrowLeft", "Enter", "Shift+ArrowUp", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowUp");
            if (key != "f")
            {
                await page.Keyboard.PressAsync("Enter");
            }

            Assert.True(before != await HashAsync(page), $"the tool on '{key}' drew nothing");
            await PressAsync(page, "Shift+ArrowDown", "Shift+ArrowDown", "ArrowDown");
        }

        var hash = await HashAsync(page);
        await page.Keyboard.PressAsync("Control+Shift+I");
        Assert.NotEqual(hash, await HashAsync(page));
        await page.Keyboard.PressAsync("Delete");
        await page.WaitForSelectorAsync("#why:has-text('Nothing is to be generated yet')");
        Assert.True(await page.IsDisabledAsync("#generate"));

        // A shape that moves: drawn on the first frame, moved on the last, in between it follows.
        await PressAsync(page, "Home", "k", "r", "Enter", "Shift+ArrowRight", "Shift+ArrowDown", "Enter", "End", "v", "Shift+ArrowDown", "Shift+ArrowDown");
        Assert.Equal(2, await page.Locator(".me-key").CountAsync());
        var starts = await page.EvaluateAsync<int[]>($"async () => {{ const editor = {Editor}; return [0, 8, 15].map(frame => editor.document.plane(frame).indexOf(1)); }}");
        Assert.True(starts[0] < starts[1] && starts[1] < starts[2], string.Join(", ", starts));

        await page.Keyboard.PressAsync("?");
        await page.WaitForSelectorAsync("dialog.me-sheet[open]");
        Assert.Contains("Ctrl+Alt+Enter", await page.InnerTextAsync("dialog.me-sheet[open]"));
    }

    [Fact]
    public async Task Generate_ClipPlacedAndPicturePinned_GetsTheFramesAsTheyAreShown()
    {
        var page = await OpenAsync("frame-prediction");
        var source = QueryOf(page, "input");
        await page.Keyboard.PressAsync("p");
        await page.ClickAsync(".me-places button:has-text('Half')");
        await page.Keyboard.PressAsync("End");
        await page.ClickAsync(".me-more summary");
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.ClickAsync("[data-command=pin]"));
        await chooser.SetFilesAsync(await TestClip.PictureAsync("red"));
        await page.WaitForSelectorAsync("#me-frame-15[data-pinned]");
        await page.WaitForSelectorAsync("#task-custom-mask[aria-checked=true]");

        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForSelectorAsync("#result", new() { Timeout = 180_000 });

        Assert.Equal(source, QueryOf(page, "input"));
        var request = (await GetAsync(page, $"/api/v1/jobs/{QueryOf(page, "job")}")).GetProperty("request");
        var input = await GetAsync(page, $"/api/v1/assets/{request.GetProperty("inputAssetId").GetString()}");
        Assert.NotEqual(source, input.GetProperty("id").GetString());
        Assert.Equal("16x64x64", $"{input.GetProperty("frames")}x{input.GetProperty("height")}x{input.GetProperty("width")}");
        var last = await page.EvaluateAsync<int[]>(
            """
            async url => {
              const picture = new Image();
              picture.src = url;
              await picture.decode();
              const pen = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
              pen.drawImage(picture, 0, 0);
              return [...pen.getImageData(picture.width - picture.height / 2, picture.height / 2, 1, 1).data];
            }
            """, input.GetProperty("sheetUrl").GetString());
        Assert.True(last[0] > 200 && last[1] < 60 && last[2] < 60, string.Join(", ", last));
    }

    [Fact]
    public async Task Phone_Editor_FitsAndDraws()
    {
        var page = await OpenAsync("inpaint-central", await chromium.OpenAsync(site.Address, width: 360, height: 740));
        var before = await HashAsync(page);

        Assert.True(360 >= await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), "the Studio scrolls sideways");
        await page.Locator(".me-stage").ScrollIntoViewIfNeededAsync();
        await StrokeAsync(page, moves: 10);

        Assert.NotEqual(before, await HashAsync(page));
        var unnamed = await page.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('.me button, .me input, .me select, .me summary')].filter(e => !(e.ariaLabel || e.labels?.length || e.textContent.trim())).map(e => e.outerHTML)");
        Assert.Empty(unnamed);
    }

    private async Task<IPage> OpenAsync(string task, IPage? page = null)
    {
        page ??= await chromium.OpenAsync(site.Address);
        await StudioWalkTests.EnterAsync(page);
        await page.WaitForSelectorAsync(".input-picker[data-ready]");
        await page.SetInputFilesAsync("input[type=file]", await TestClip.MakeAsync());
        await page.WaitForSelectorAsync(".editor[data-ready=true]");
        await page.ClickAsync($"#task-{task}");
        await page.WaitForSelectorAsync($"#task-{task}[aria-checked=true]");
        await page.WaitForFunctionAsync($"async () => {Editor}.document.task === '{task}'");
        return page;
    }

    /// <summary>Draws a wave across the frame.</summary>
    private static async Task StrokeAsync(IPage page, int moves)
    {
        var box = (await page.Locator(".me-stage").BoundingBoxAsync())!;
        var side = Math.Min(box.Width, box.Height);
        var (left, middle) = (box.X + ((box.Width - side) / 2), box.Y + (box.Height / 2));
        await page.Mouse.MoveAsync(left + (0.15f * side), middle);
        await page.Mouse.DownAsync();
        for (var i = 1; i <= moves; i++)
        {
            await page.Mouse.MoveAsync(left + ((0.15f + (0.7f * i / moves)) * side), middle + (0.3f * side * MathF.Sin(i / 9f)));
        }

        await page.Mouse.UpAsync();
    }

    private static async Task PressAsync(IPage page, params string[] keys)
    {
        foreach (var key in keys)
        {
            await page.Keyboard.PressAsync(key);
        }
    }

    private static Task<string> HashAsync(IPage page) => page.EvaluateAsync<string>($"async () => {Editor}.keeper.hash");

    private static async Task<JsonElement> GetAsync(IPage page, string path)
    {
        var answer = await page.APIRequest.GetAsync(path);
        Assert.Equal(200, answer.Status);
        return JsonDocument.Parse(await answer.TextAsync()).RootElement;
    }

    private static string? QueryOf(IPage page, string name) => System.Web.HttpUtility.ParseQueryString(new Uri(page.Url).Query)[name];
}
