using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>The way of a newcomer through the product, in a real browser.</summary>
public sealed partial class StudioWalkTests(Site site, Chromium chromium) : IClassFixture<Site>, IClassFixture<Chromium>
{
    private const string Email = "ada@example.org";
    private const string Password = "correct-horse-battery";

    [Fact]
    public async Task Newcomer_FromSetUpToGallery_MakesAClip()
    {
        var page = await chromium.OpenAsync(site.Address);
        var complaints = Listen(page);

        // 1. Set-up, once; then sign out and in again.
        await EnterAsync(page);
        await page.ClickAsync("details.account summary");
        await page.ClickAsync("details.account button");
        await page.WaitForSelectorAsync("text=Sign in to MAGVIT");
        await EnterAsync(page);

        // 2. Upload: the clip appears on the canvas, hatched where the model will fill it.
        await page.WaitForSelectorAsync(".input-picker[data-ready]");
        await page.SetInputFilesAsync("input[type=file]", await TestClip.MakeAsync());
        await page.WaitForSelectorAsync(".editor[data-ready=true]");
        Assert.Contains("input=", page.Url);
        Assert.Contains("Frames 1 to 16 of 48", await page.InnerTextAsync(".filmstrip"));

        // 3. Pick another window by keyboard, another task by mouse; both are in the address.
        await page.FocusAsync(".filmstrip [data-handle=in]");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.WaitForSelectorAsync("text=Frames 2 to 17 of 48");
        await page.ClickAsync("#task-frame-interpolation");
        await page.WaitForSelectorAsync("#task-frame-interpolation[aria-checked=true]");
        await page.WaitForURLAsync(url => url.Contains("start=1", StringComparison.Ordinal));

        // 4. Generate by keyboard and watch the steps with previews.
        using var slow = site.SlowDown(TimeSpan.FromSeconds(0.5));
        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForSelectorAsync("#step-counter");
        var steps = new HashSet<int>();
        var previews = new HashSet<string>();
        var isTimed = false;
        while (await page.QuerySelectorAsync("#result") is null)
        {
            if (await page.QuerySelectorAsync("#step-counter") is { } counter
                && int.TryParse(await counter.GetAttributeAsync("data-step"), CultureInfo.InvariantCulture, out var step))
            {
                steps.Add(step);
            }

            if (await page.QuerySelectorAsync(".canvas .sheet") is { } sheet
                && Preview().Match(await sheet.GetAttributeAsync("style") ?? "") is { Success: true } preview)
            {
                previews.Add(preview.Value);
            }

            isTimed |= await page.QuerySelectorAsync("#time-left:has-text('about')") is not null;
            await page.WaitForTimeoutAsync(100);
        }

        Assert.True(isTimed, "the time that is left was not told");
        Assert.True(steps.Count >= 4, $"saw only the steps {string.Join(", ", steps)}");
        Assert.True(previews.Count >= 3, $"saw only {previews.Count} previews");

        // 5. The result plays, and steps frame by frame.
        await page.WaitForSelectorAsync(".player[data-ready=true]");
        await page.ClickAsync(".player [data-action=next]");
        var before = await page.InnerTextAsync(".player [data-frame]");
        await page.ClickAsync(".player [data-action=next]");
        Assert.NotEqual(before, await page.InnerTextAsync(".player [data-frame]"));

        // 6. It hangs in the gallery, with its recipe and downloads, and Remix brings the Studio back as it was.
        await page.ClickAsync("text=Open in the gallery");
        await page.WaitForSelectorAsync("dialog.detail[open] .player[data-ready=true]");
        Assert.Contains("Frame interpolation", await page.InnerTextAsync("dialog.detail .facts"));
        foreach (var format in new[] { "mp4", "gif", "png" })
        {
            var file = await page.APIRequest.GetAsync(await page.GetAttributeAsync($"dialog.detail a[href$='format={format}']", "href") ?? "");
            Assert.Equal(200, file.Status);
        }

        await page.ClickAsync("#remix");
        await page.WaitForSelectorAsync("#task-frame-interpolation[aria-checked=true]");
        await page.WaitForSelectorAsync("text=Frames 2 to 17 of 48");

        Assert.Empty(complaints);
    }

    [Fact]
    public async Task WebRestarted_InMidJob_TheTabComesBackAndShowsTheProgress()
    {
        using var slow = site.SlowDown(TimeSpan.FromSeconds(3));
        var page = await chromium.OpenAsync(site.Address);
        await EnterAsync(page);
        await page.GotoAsync("/studio?task=class-conditional&class=run&steps=24");
        await page.WaitForSelectorAsync(".studio[data-ready]");
        Assert.True(await page.IsCheckedAsync(".classes input[value=run]"));
        await page.ClickAsync("#generate");
        await page.WaitForSelectorAsync("#step-counter:not([data-step='0'])");
        await page.EvaluateAsync("() => { window.before = true; }");

        await site.RestartWebAsync();

        await page.WaitForFunctionAsync("() => !window.before && document.querySelector('#step-counter')", null, new() { Timeout = 180_000 });
        slow.Dispose();
        await page.WaitForSelectorAsync("#result", new() { Timeout = 180_000 });
        Assert.Contains("job=", page.Url);
    }

    [Theory]
    [InlineData(1280, 860)]
    [InlineData(360, 740)]
    public async Task AllTabsClosed_InMidJob_AnotherBrowserFindsItUnderWay(int width, int height)
    {
        using var slow = site.SlowDown(TimeSpan.FromSeconds(4));
        var page = await chromium.OpenAsync(site.Address);
        await EnterAsync(page);
        await page.GotoAsync("/studio?task=class-conditional&class=jump&steps=32");
        await page.WaitForSelectorAsync(".studio[data-ready]");
        await page.ClickAsync("#generate");
        await page.WaitForSelectorAsync("#step-counter:not([data-step='0'])");
        var job = System.Web.HttpUtility.ParseQueryString(new Uri(page.Url).Query)["job"];
        await page.Context.CloseAsync();

        var elsewhere = await chromium.OpenAsync(site.Address, width, height);
        await EnterAsync(elsewhere);
        await elsewhere.GotoAsync("/studio");
        var card = $".open-job[data-job='{job}']";
        await elsewhere.WaitForSelectorAsync(card);
        var first = await elsewhere.InnerTextAsync(card);
        await elsewhere.WaitForFunctionAsync("([card, first]) => document.querySelector(card)?.innerText !== first", new[] { card, first });
        slow.Dispose();
        await elsewhere.ClickAsync(card);
        await elsewhere.WaitForSelectorAsync("#step-counter:not([data-step='0']), #result");
        await elsewhere.WaitForSelectorAsync("#result", new() { Timeout = 180_000 });
        await elsewhere.Context.CloseAsync();
    }

    [Fact]
    public async Task Queue_CancelAndRetry_FollowLive()
    {
        using var slow = site.SlowDown(TimeSpan.FromSeconds(2));
        var page = await chromium.OpenAsync(site.Address);
        await EnterAsync(page);
        await page.GotoAsync("/studio?task=class-conditional&class=walk&steps=32");
        await page.WaitForSelectorAsync(".studio[data-ready]");
        await page.ClickAsync("#generate");
        await page.WaitForSelectorAsync("#step-counter");

        await page.GotoAsync("/jobs?mine=1");
        await page.WaitForSelectorAsync(".page[data-ready]");
        await page.ClickAsync(".job:first-child .actions button:has-text('Cancel')");
        await page.WaitForSelectorAsync(".job[data-state=cancelled]");
        await page.ClickAsync(".job[data-state=cancelled] .actions button:has-text('Retry')");
        await page.WaitForSelectorAsync(".job[data-state=running]");
        await page.ClickAsync(".job[data-state=running] .actions button:has-text('Cancel')");
        await page.WaitForSelectorAsync(".job[data-state=cancelled]");
    }

    [Fact]
    public async Task Pages_At360Pixels_DoNotScrollSidewaysAndComplainOfNothing()
    {
        var page = await chromium.OpenAsync(site.Address, width: 360, height: 740);
        var complaints = Listen(page);
        await EnterAsync(page);
        foreach (var path in new[] { "/studio", "/gallery", "/models", "/jobs", "/workers", "/settings" })
        {
            await page.GotoAsync(path);
            await page.WaitForSelectorAsync(".rail");
            Assert.True(360 >= await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), $"{path} scrolls sideways");
        }

        Assert.Empty(complaints);
    }

    /// <summary>Errors that the browser reports: failed scripts, refused content, missing files.</summary>
    internal static List<string> Listen(IPage page)
    {
        var complaints = new List<string>();
        page.PageError += (_, error) => complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                complaints.Add($"{message.Text} {message.Location}");
            }
        };
        return complaints;
    }

    /// <summary>Comes in: by the set-up when nobody has an account yet, else by the sign-in.</summary>
    internal static async Task EnterAsync(IPage page)
    {
        await page.GotoAsync("/");
        await page.FillAsync("#email", Email);
        await page.FillAsync("#password", Password);
        if (await page.QuerySelectorAsync("#repeat") is { } repeat)
        {
            await repeat.FillAsync(Password);
        }

        await page.ClickAsync("button[type=submit]");
        await StudioAsync(page);
    }

    // The mark says that the circuit is up: a click before that would be lost.
    private static Task<IElementHandle?> StudioAsync(IPage page) => page.WaitForSelectorAsync(".studio[data-ready]");

    [GeneratedRegex("previews/[0-9a-f]{64}")]
    private static partial Regex Preview();
}
