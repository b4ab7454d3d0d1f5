using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>The Studio's editor on its page: drawing, keys, reload, and the mask's way to the worker.</summary>
[Collection(SharedSiteWithWorker.Name)]
public sealed class EditorTests(SiteWithWorkerProcess site, Chromium chromium)
{
    [Theory]
    [InlineData(Device.Desktop)]
    [InlineData(Device.Phone)]
    public async Task Generate_DrawnMask_IsTheMaskThatTheWorkerGets(Device device)
    {
        var page = await OpenAsync(device, "inpaint-central");
        await page.StrokeAsync(moves: 30);
        await page.WaitForSelectorAsync("#task-custom-mask[aria-checked=true]");
        var shown = await page.MaskHashAsync();
        await page.AssertFitsAsync("the editor");

        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForSelectorAsync("#result", StudioSteps.Patient);

        Assert.Contains("task=custom-mask", page.Url);
        var job = await page.GetAsync($"/api/v1/jobs/{page.QueryOf("job")}");
        var mask = job.GetProperty("request").GetProperty("maskAssetId").GetString();
        Assert.Equal(page.QueryOf("mask"), mask);
        Assert.Equal(shown, (await page.GetAsync($"/api/v1/assets/{mask}")).GetProperty("sha256").GetString());
        var item = await page.GetAsync($"/api/v1/gallery/{job.GetProperty("outputs")[0].GetProperty("galleryItemId").GetString()}");
        Assert.Equal(shown, item.GetProperty("recipe").GetProperty("mask").GetString());

        // Remix, in a browser that knows nothing of the draft, brings the drawn mask back.
        await page.EvaluateAsync("() => new Promise(done => { indexedDB.deleteDatabase('magvit-studio').onsuccess = done; setTimeout(done, 1000); })");
        await page.GotoAsync($"/gallery/{item.GetProperty("id").GetString()}");
        await page.ClickAsync("#remix");
        await page.WaitForSelectorAsync(".editor[data-ready=true]");
        Assert.Equal(shown, await page.MaskHashAsync());
    }

    [Theory]
    [InlineData(Device.Desktop)]
    [InlineData(Device.Phone)]
    public async Task Undo_AfterReload_GoesBackToThePreset(Device device)
    {
        var page = await OpenAsync(device, "outpaint-vertical");
        var preset = await page.MaskHashAsync();
        foreach (var key in new[] { "b", "e", "b" })
        {
            await page.Keyboard.PressAsync(key);
            await page.StrokeAsync(moves: 12);
        }

        var drawn = await page.MaskHashAsync();
        Assert.NotEqual(preset, drawn);
        await page.WaitForSelectorAsync("#task-custom-mask[aria-checked=true]");
        await page.ReloadAsync();
        await page.WaitForSelectorAsync(".editor[data-ready=true]");
        Assert.Equal(drawn, await page.MaskHashAsync());

        for (var i = 0; i < 3; i++)
        {
            await page.Keyboard.PressAsync("Control+z");
        }

        Assert.Equal(preset, await page.MaskHashAsync());
        await page.WaitForSelectorAsync("#task-outpaint-vertical[aria-checked=true]");
        for (var i = 0; i < 3; i++)
        {
            await page.Keyboard.PressAsync("Control+y");
        }

        Assert.Equal(drawn, await page.MaskHashAsync());
        await page.WaitForSelectorAsync("#task-custom-mask[aria-checked=true]");
    }

    [Theory]
    [InlineData(Device.Desktop)]
    [InlineData(Device.Phone)]
    public async Task Keyboard_EveryTool_DrawsWithoutAPointer(Device device)
    {
        var page = await OpenAsync(device, "outpaint-central");
        await page.FocusAsync(".me-stage");
        foreach (var key in new[] { "b", "e", "r", "c", "l", "f" })
        {
            await PressAsync(page, key, key == "e" ? "Control+a" : "Delete");
            var before = await page.MaskHashAsync();
            await PressAsync(page, "Shift+ArrowLeft", "Enter", "Shift+ArrowUp", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowUp");
            if (key != "f")
            {
                await page.Keyboard.PressAsync("Enter");
            }

            Assert.True(before != await page.MaskHashAsync(), $"the tool on '{key}' drew nothing");
            await PressAsync(page, "Shift+ArrowDown", "Shift+ArrowDown", "ArrowDown");
        }

        var hash = await page.MaskHashAsync();
        await page.Keyboard.PressAsync("Control+Shift+I");
        Assert.NotEqual(hash, await page.MaskHashAsync());
        await page.Keyboard.PressAsync("Delete");
        await page.WaitForSelectorAsync("#why:has-text('Nothing is to be generated yet')");
        Assert.True(await page.IsDisabledAsync("#generate"));

        // A shape that moves: drawn on the first frame, moved on the last, in between it follows.
        await PressAsync(page, "Home", "k", "r", "Enter", "Shift+ArrowRight", "Shift+ArrowDown", "Enter", "End", "v", "Shift+ArrowDown", "Shift+ArrowDown");
        Assert.Equal(2, await page.Locator(".me-key").CountAsync());
        var starts = await page.EvaluateAsync<int[]>($"async () => {{ const editor = {StudioSteps.Editor}; return [0, 8, 15].map(frame => editor.document.plane(frame).indexOf(1)); }}");
        Assert.True(starts[0] < starts[1] && starts[1] < starts[2], string.Join(", ", starts));

        await page.Keyboard.PressAsync("?");
        await page.WaitForSelectorAsync("dialog.me-sheet[open]");
        Assert.Contains("Ctrl+Alt+Enter", await page.InnerTextAsync("dialog.me-sheet[open]"));
    }

    [Theory]
    [InlineData(Device.Desktop)]
    [InlineData(Device.Phone)]
    public async Task Generate_ClipPlacedAndPicturePinned_GetsTheFramesAsTheyAreShown(Device device)
    {
        var page = await OpenAsync(device, "frame-prediction");
        var source = page.QueryOf("input");
        await page.Keyboard.PressAsync("p");
        await page.ClickAsync(".me-places button:has-text('Half')");
        await page.Keyboard.PressAsync("End");
        await page.ClickAsync(".me-more summary");
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.ClickAsync("[data-command=pin]"));
        await chooser.SetFilesAsync(await TestClip.PictureAsync("red"));
        await page.WaitForSelectorAsync("#me-frame-15[data-pinned]");
        await page.WaitForSelectorAsync("#task-custom-mask[aria-checked=true]");

        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForSelectorAsync("#result", StudioSteps.Patient);

        Assert.Equal(source, page.QueryOf("input"));
        var request = (await page.GetAsync($"/api/v1/jobs/{page.QueryOf("job")}")).GetProperty("request");
        var input = await page.GetAsync($"/api/v1/assets/{request.GetProperty("inputAssetId").GetString()}");
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

    private async Task<IPage> OpenAsync(Device device, string task)
    {
        var page = await chromium.OpenAsync(site.Address, device);
        await page.OpenStudioAsync(task);
        return page;
    }

    private static async Task PressAsync(IPage page, params string[] keys)
    {
        foreach (var key in keys)
        {
            await page.Keyboard.PressAsync(key);
        }
    }
}
