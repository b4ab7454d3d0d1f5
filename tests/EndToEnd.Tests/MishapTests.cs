using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>What goes wrong around the Studio: no work is lost, and a sentence says what to do.</summary>
[Collection(SharedSite.Name)]
public sealed class MishapTests(Site site, Chromium chromium)
{
    [Fact]
    public async Task BadFiles_MaskOrClip_LeaveTheWorkAloneAndSayWhatToDo()
    {
        var page = await chromium.OpenAsync(site.Address);
        await page.OpenStudioAsync("outpaint-central");
        await page.StrokeAsync(moves: 12);
        await page.WaitForSelectorAsync("#task-custom-mask[aria-checked=true]");
        var drawn = await page.MaskHashAsync();

        // A mask that is no picture.
        await ImportMaskAsync(page, TestClip.Write("mask.png", "no picture"u8));
        await page.WaitForSelectorAsync(".me-note[data-problem]:has-text('Use a PNG or an MP4')");
        Assert.Equal(drawn, await page.MaskHashAsync());

        // A mask of another shape and size is fitted, which is said, and can be undone.
        await ImportMaskAsync(page, await TestClip.PictureAsync("white", 100, 30));
        await page.WaitForSelectorAsync(".me-note[data-shown]:has-text('100 × 30'):has-text('64 × 64')");
        Assert.NotEqual(drawn, await page.MaskHashAsync());
        await page.Keyboard.PressAsync("Control+z");
        Assert.Equal(drawn, await page.MaskHashAsync());

        // A mask of another length: its frames are spread over the clip.
        await ImportMaskAsync(page, await TestClip.MakeAsync(frames: 5));
        await page.WaitForSelectorAsync(".me-note[data-shown]:has-text('A video of')");
        await page.Keyboard.PressAsync("Control+z");
        Assert.Equal(drawn, await page.MaskHashAsync());

        // A clip that is no clip: named, refused in a sentence, and what was there stays.
        var input = page.QueryOf("input");
        await page.SetInputFilesAsync(".input-picker input[type=file]", TestClip.Write("letter.mp4", "Dear Sir or Madam"u8));
        await page.WaitForSelectorAsync(".input-picker [role=alert]:has-text('choose an mp4')", StudioSteps.Patient);
        Assert.Equal((input, drawn), (page.QueryOf("input"), await page.MaskHashAsync()));

        // One image where the task wants a video: taken, and said what becomes of it.
        await page.SetInputFilesAsync(".input-picker input[type=file]", await TestClip.PictureAsync("teal"));
        await page.WaitForSelectorAsync(".inputs:has-text('one still image')", StudioSteps.Patient);
        await page.WaitForSelectorAsync(".editor[data-ready=true]", StudioSteps.Patient);
        Assert.NotEqual(input, page.QueryOf("input"));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task ServerRestarted_InMidStroke_TheStrokeIsKept()
    {
        var page = await chromium.OpenAsync(site.Address);
        await page.OpenStudioAsync("outpaint-vertical");
        await page.StrokeAsync(moves: 6);
        await page.WaitForSelectorAsync("#task-custom-mask[aria-checked=true]");
        await page.EvaluateAsync(
            $$"""
            async () => {
              const editor = {{StudioSteps.Editor}};
              window.before = true;
              window.addEventListener("pagehide", () => sessionStorage.setItem("drawn", Array.from(editor.document.pixels).join("")));
            }
            """);

        await page.StrokeAsync(moves: 30, halfway: async () =>
        {
            await site.RestartWebAsync();
            // The page finds out, says so, and waits for the pen to be lifted before it comes back.
            await page.WaitForSelectorAsync("#components-reconnect-modal.components-reconnect-rejected, #components-reconnect-modal.components-reconnect-failed", new() { State = WaitForSelectorState.Attached, Timeout = 180_000 });
            await page.WaitForTimeoutAsync(1500);
            Assert.True(await page.EvaluateAsync<bool>("() => window.before"), "the page was loaded again under the pen");
        });
        await page.WaitForFunctionAsync("() => !window.before && document.querySelector('.editor[data-ready=true]')", null, new() { Timeout = 180_000 });
        Assert.Equal(await page.EvaluateAsync<string>("() => sessionStorage.getItem('drawn')"), await page.MaskAsync());
        var after = await page.MaskHashAsync();
        await page.Keyboard.PressAsync("Control+z");
        Assert.NotEqual(after, await page.MaskHashAsync());
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task ConnectionLost_WhileDrawingAndGenerating_IsSaidAndNothingIsLost()
    {
        var page = await chromium.OpenAsync(site.Address);
        await page.OpenStudioAsync("inpaint-central");
        await page.Context.SetOfflineAsync(true);
        await page.StrokeAsync(moves: 12);
        var drawn = await page.MaskHashAsync();
        await page.Keyboard.PressAsync("[");
        await page.StrokeAsync(moves: 3);
        await page.Keyboard.PressAsync("Control+z");
        Assert.Equal(drawn, await page.MaskHashAsync());

        // An upload waits for the network to come back.
        await page.SetInputFilesAsync(".input-picker input[type=file]", await TestClip.MakeAsync());
        await page.WaitForSelectorAsync(".input-picker:has-text('waits for the connection')");
        await page.Context.SetOfflineAsync(false);
        await page.WaitForFunctionAsync($"async id => !document.querySelector('.upload') && new URL(location).searchParams.get('input') !== id", page.QueryOf("input"), new() { Timeout = 180_000 });
        await page.Context.CloseAsync();
    }

    private static async Task ImportMaskAsync(IPage page, string path)
    {
        await page.ClickAsync(".me-more summary");
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.ClickAsync("[data-command=import]"));
        await chooser.SetFilesAsync(path);
    }
}
