using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>What comes after a result, with the real worker: compare, go on in time, grow in space, take a frame along.</summary>
[Collection(SharedSiteWithWorker.Name)]
public sealed partial class ExtendTests(SiteWithWorkerProcess site, Chromium chromium)
{
    private static readonly PageWaitForSelectorOptions Patient = new() { Timeout = 180_000 };

    [Fact]
    public async Task Result_ComparedExtendedAndReused_KeepsWhatWasThere()
    {
        var page = await chromium.OpenAsync(site.Address);
        page.SetDefaultTimeout(90_000);
        var complaints = StudioWalkTests.Listen(page);
        await StudioWalkTests.EnterAsync(page);
        await page.WaitForSelectorAsync(".input-picker[data-ready]");
        await page.SetInputFilesAsync("input[type=file]", await TestClip.MakeAsync());
        await page.WaitForSelectorAsync(".editor[data-ready=true]");

        // 1. Two samples of a prediction.
        await page.GotoAsync(page.Url + "&steps=4&samples=2&seed=5&lock=1");
        await page.WaitForSelectorAsync(".editor[data-ready=true]");
        await GenerateAsync(page);
        // Without the draft's name: each way on begins a draft of its own.
        var studio = Draft().Replace(page.Url, "");

        // 2. Side by side, wiped, subtracted; one timeline; the address brings it all back.
        await page.ClickAsync("#compare-result");
        await page.WaitForSelectorAsync(".comparison[data-ready=true]");
        Assert.Equal(2, await page.Locator(".cmp-side canvas").CountAsync());
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        Assert.Equal("06 / 16", await page.InnerTextAsync(".cmp [data-frame]"));
        await ShotAsync(page, "compare-side");
        Assert.Empty(await Axe.FindAsync(page, "comparison side by side"));
        await page.Keyboard.PressAsync("2");
        await page.FocusAsync(".cmp-divider");
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        Assert.Equal("60", await page.GetAttributeAsync(".cmp-divider", "aria-valuenow"));
        var box = (await page.Locator(".cmp-frame").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (0.6f * box.Width), box.Y + 60);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (0.25f * box.Width), box.Y + 60);
        await page.Mouse.UpAsync();
        Assert.Equal("25", await page.GetAttributeAsync(".cmp-divider", "aria-valuenow"));
        await ShotAsync(page, "compare-wipe");
        await page.Keyboard.PressAsync("Escape");
        await page.ClickAsync("label:has(input[value=difference])");
        await page.WaitForFunctionAsync("() => Number(document.querySelector('.cmp-single').dataset.mean) > 0.1");
        await page.WaitForFunctionAsync("() => location.search.includes('view=difference') && location.search.includes('frame=6')");
        await ShotAsync(page, "compare-difference");
        Assert.Empty(await Axe.FindAsync(page, "comparison by difference"));
        await page.SetViewportSizeAsync(360, 740);
        Assert.True(360 >= await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), "the comparison scrolls sideways");
        await ShotAsync(page, "phone-compare");
        await page.SetViewportSizeAsync(1280, 860);
        var comparison = page.Url;
        await page.ReloadAsync();
        await page.WaitForSelectorAsync(".comparison[data-ready=true] .cmp-single[data-mean]");
        Assert.Equal("06 / 16", await page.InnerTextAsync(".cmp [data-frame]"));

        // 3. In time: from all sixteen frames on; the end of the bar is pulled by keyboard.
        await ContinueAsync(page, studio, "#extend-time");
        await page.WaitForSelectorAsync(".extend-planner[data-ready=true][data-frames='28']");
        await page.FocusAsync("[data-grip=frames]");
        await page.Keyboard.PressAsync("ArrowRight");
        await AddressAsync(page, "frames=32");
        Assert.Contains("2 windows of the model", await page.InnerTextAsync(".ex-words"), StringComparison.Ordinal);
        await ShotAsync(page, "extend-time");
        Assert.Empty(await Axe.FindAsync(page, "planner of a longer result"));
        await SetStepsAsync(page, 3);
        await GenerateAsync(page);
        await page.WaitForSelectorAsync(".player[data-ready=true]");
        Assert.EndsWith("/ 32", await page.InnerTextAsync(".player [data-frame]"), StringComparison.Ordinal);
        var longer = await OutputAsync(page);
        Assert.Equal((32, 64, 64), (longer.GetProperty("frames").GetInt32(), longer.GetProperty("width").GetInt32(), longer.GetProperty("height").GetInt32()));

        // 4. In space: twice as wide to begin with, then a cell higher, then the left edge pulled in by mouse.
        await ContinueAsync(page, studio, "#extend-space");
        await page.WaitForSelectorAsync(".extend-planner[data-ready=true][data-canvas='128x64+32+0']");
        await page.FocusAsync(".ex-handle[data-side=s]");
        await page.Keyboard.PressAsync("Shift+ArrowDown");
        await page.WaitForSelectorAsync(".extend-planner[data-canvas='128x80+32+0']");
        await AddressAsync(page, "canvas=128x80");
        var edge = (await page.Locator(".ex-handle[data-side=w]").BoundingBoxAsync())!;
        var canvas = (await page.Locator(".ex-canvas").BoundingBoxAsync())!;
        var (x, y, inward) = (edge.X + (edge.Width / 2), edge.Y + (edge.Height / 2), canvas.Width / 128 * 8);
        await page.Mouse.MoveAsync(x, y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(x + inward, y, new() { Steps = 4 });
        await page.Mouse.UpAsync();
        await AddressAsync(page, "canvas=112x80");
        await ShotAsync(page, "extend-space");
        Assert.Empty(await Axe.FindAsync(page, "planner of a larger result"));
        await SetStepsAsync(page, 2);
        await GenerateAsync(page);
        var larger = await OutputAsync(page);
        Assert.Equal((16, 112, 80), (larger.GetProperty("frames").GetInt32(), larger.GetProperty("width").GetInt32(), larger.GetProperty("height").GetInt32()));
        await page.WaitForSelectorAsync(".player[data-ready=true]");
        await ShotAsync(page, "extend-space-result");

        // 5. A frame of the result as the last one, another from the library at any time: both stay in the editor as pins.
        await ContinueAsync(page, studio, "#use-last");
        await page.WaitForSelectorAsync("#me-frame-15[data-pinned]");
        await page.WaitForFunctionAsync("() => !location.search.includes('of=')");
        Assert.Contains("task=frame-interpolation", page.Url, StringComparison.Ordinal);
        await page.WaitForSelectorAsync(".editor[data-ready=true]");
        await page.ClickAsync("#me-frame-7");
        await page.ClickAsync(".me-more summary");
        await page.ClickAsync("[data-command=pin-library]");
        await page.ClickAsync(".lp-clip >> nth=0");
        await page.WaitForSelectorAsync(".lp-frame[data-ready='0']");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.WaitForSelectorAsync(".lp-frame[data-ready='1']");
        await ShotAsync(page, "pin-library");
        await page.ClickAsync(".lp button:has-text('Pin to this frame')");
        await page.WaitForSelectorAsync("#me-frame-7[data-pinned]");
        await page.WaitForSelectorAsync("#me-frame-7[aria-label*=' 0 % generated']");
        await ShotAsync(page, "pinned");

        // Pulled at a grip beside the frame, the canvas grows; what was put together goes along as the clip.
        await page.Keyboard.PressAsync("p");
        var grip = await page.EvaluateAsync<float[]>("""
            async () => {
              const { editorOf } = await import("/studio/editor.js");
              const { stage, viewport } = editorOf(document.querySelector(".editor"));
              const { left, top } = stage.element.getBoundingClientRect();
              const [x, y] = viewport.toStage(64, 32);
              return [left + x + 11, top + y, viewport.scale];
            }
            """);
        await page.Mouse.MoveAsync(grip[0], grip[1]);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(grip[0] + (8 * grip[2]), grip[1], new() { Steps = 4 });
        await ShotAsync(page, "edge-pulled");
        await page.Mouse.UpAsync();
        await AddressAsync(page, "canvas=72x64");
        await page.WaitForSelectorAsync(".extend-planner[data-ready=true][data-canvas='72x64+0+0']");
        Assert.DoesNotContain(System.Web.HttpUtility.ParseQueryString(new Uri(studio).Query)["input"]!, page.Url, StringComparison.Ordinal);

        // 6. In the gallery: three clips chosen for comparison, the longest says how long all go on.
        await page.GotoAsync(comparison);
        await page.WaitForSelectorAsync(".comparison[data-ready=true]");
        await page.ClickAsync("text=Choose in the gallery");
        await page.WaitForSelectorAsync(".holder");
        await page.ClickAsync("#select");
        for (var i = 0; i < 3; i++)
        {
            await page.CheckAsync($".holder:nth-child({i + 1}) .choose input");
        }

        await ShotAsync(page, "gallery-select");
        await page.ClickAsync("#compare");
        await page.WaitForSelectorAsync(".comparison[data-ready=true]");
        Assert.Equal(3, await page.Locator(".cmp-side canvas").CountAsync());
        Assert.Equal("01 / 32", await page.InnerTextAsync(".cmp [data-frame]"));
        await page.Keyboard.PressAsync("End");
        Assert.Equal(2, await page.Locator(".cmp-ended:visible").CountAsync());
        Assert.True(complaints.Count == 0, string.Join(" / ", complaints));
    }

    [Fact]
    public async Task Planner_AtPhoneSize_FitsAndFollowsTheFinger()
    {
        var page = await chromium.OpenAsync(site.Address, width: 360, height: 740);
        page.SetDefaultTimeout(90_000);
        await StudioWalkTests.EnterAsync(page);
        await page.WaitForSelectorAsync(".input-picker[data-ready]");
        await page.SetInputFilesAsync("input[type=file]", await TestClip.MakeAsync());
        await page.WaitForSelectorAsync(".editor[data-ready=true]");
        var plain = page.Url;
        await page.GotoAsync(plain + "&task=outpaint-central&canvas=128x64");
        await page.WaitForSelectorAsync(".extend-planner[data-ready=true]");
        Assert.True(360 >= await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), "the planner scrolls sideways");
        await ShotAsync(page, "phone-extend-space");
        await page.GotoAsync(plain + "&frames=64");
        await page.WaitForSelectorAsync(".extend-planner[data-ready=true][data-frames='64']");
        await page.WaitForSelectorAsync("#windows:has-text('5 windows')");
        await ShotAsync(page, "phone-extend-time");

        // The arithmetic of edges and lengths, by itself.
        var sizes = await page.EvaluateAsync<JsonElement>("""
            async () => {
              const { withSides, withTime, windowStarts } = await import("/studio/extend/plan.js");
              const size = { frames: 28, given: 16, overlap: 4, width: 128, height: 64, left: 32, top: 0, clipWidth: 64, clipHeight: 64 };
              const room = { cellWidth: 4, cellHeight: 4, width: 64, height: 64, most: 256 };
              const time = { modelFrames: 16, clipFrames: 48, maxFrames: 1024, bothEnds: false };
              return {
                grown: withSides(size, { e: 101 }, room), inward: withSides(size, { w: -50 }, room), most: withSides(size, { e: 9999 }, room),
                short: withTime(size, { frames: 3 }, time), given: withTime(size, { given: 99 }, time),
                starts: [windowStarts(size, 16), windowStarts({ ...size, frames: 40, given: 1 }, 16), windowStarts({ ...size, frames: 60, given: 20, overlap: 8 }, 16)],
              };
            }
            """);
        int Of(string name, string value) => sizes.GetProperty(name).GetProperty(value).GetInt32();
        Assert.Equal((196, 32), (Of("grown", "width"), Of("grown", "left")));
        Assert.Equal((96, 0), (Of("inward", "width"), Of("inward", "left")));
        Assert.Equal(256, Of("most", "width"));
        Assert.Equal((16, 15), (Of("short", "frames"), Of("short", "given")));
        Assert.Equal(27, Of("given", "given"));
        Assert.Equal(["12", "0,12,24", "12,20,28,36,44"], sizes.GetProperty("starts").EnumerateArray().Select(starts => string.Join(',', starts.EnumerateArray())));
    }

    // The menu of a result; the circuit must be up, or its first rendering closes the menu again.
    private static async Task ContinueAsync(IPage page, string address, string item)
    {
        await page.GotoAsync(address);
        await page.WaitForSelectorAsync(".studio[data-ready] .player[data-ready=true]");
        await page.ClickAsync("#extend");
        await page.ClickAsync(item);
    }

    private static async Task SetStepsAsync(IPage page, int steps)
    {
        await page.SetAsync("steps", steps);
        await AddressAsync(page, $"steps={steps}");
    }

    // Changes of the address without a navigation: WaitForURL may wait for a load that never comes.
    private static async Task AddressAsync(IPage page, string part) => await page.WaitForFunctionAsync("part => location.search.includes(part)", part);

    private static async Task GenerateAsync(IPage page)
    {
        await page.WaitForSelectorAsync("#generate:not(:disabled)");
        await page.ClickAsync("#generate");
        await page.WaitForSelectorAsync("#result", Patient);
    }

    // The first clip of the job that is shown.
    private static async Task<JsonElement> OutputAsync(IPage page)
    {
        var job = System.Web.HttpUtility.ParseQueryString(new Uri(page.Url).Query)["job"];
        var answer = (await (await page.APIRequest.GetAsync($"/api/v1/jobs/{job}")).JsonAsync())!.Value;
        var asset = answer.GetProperty("outputs")[0].GetProperty("assetId").GetString();
        return (await (await page.APIRequest.GetAsync($"/api/v1/assets/{asset}")).JsonAsync())!.Value;
    }

    // Pictures for people, where a folder for them is named.
    private static async Task ShotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("MAGVIT_SCREENS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}.png")) });
        }
    }

    [GeneratedRegex("&draft=[^&]*")]
    private static partial Regex Draft();
}
