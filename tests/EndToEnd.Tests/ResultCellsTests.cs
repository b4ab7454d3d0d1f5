using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>Steps and cells of a finished clip: heat map, scrubber, branch, decode again, lock; with the real worker.</summary>
[Collection(SharedSiteWithWorker.Name)]
public sealed class ResultCellsTests(SiteWithWorkerProcess site, Chromium chromium)
{
    private static readonly PageWaitForSelectorOptions Patient = new() { Timeout = 180_000 };

    [Theory]
    [InlineData(1280, 860)]
    [InlineData(360, 740)]
    public async Task FinishedClip_IsLookedIntoBranchedAndDecodedAgainInPart(int width, int height)
    {
        var page = await chromium.OpenAsync(site.Address, width, height);
        page.SetDefaultTimeout(90_000);
        if (width < 720)
        {
            await page.Context.AddCookiesAsync([new Cookie { Name = "theme", Value = "light", Url = site.Address }]);
        }

        var complaints = new List<string>();
        page.PageError += (_, error) => complaints.Add(error);
        await StudioWalkTests.EnterAsync(page);
        await page.GotoAsync("/studio?task=class-conditional&class=walk&steps=6&seed=11&lock=1");
        await page.WaitForSelectorAsync(".studio[data-ready]");
        await page.ClickAsync("#generate");

        // While it runs, each preview tells how sure the model is.
        await page.WaitForSelectorAsync(".live-cells[data-cells=true] >> text=Heat map", Patient);
        var parent = await ResultAsync(page, null);
        await ShotAsync(page, $"cells-done-{width}");

        // 1. Heat map: on by its switch, with a legend; the cell under the pointer is told in words.
        Assert.Equal(0, await InkAsync(page));
        await page.ClickAsync("text=Heat map");
        await page.WaitForSelectorAsync(".cc-legend:not([hidden])");
        await page.WaitForFunctionAsync("() => document.querySelector('.clip-cells').dataset.heat === 'true'");
        Assert.True(await InkAsync(page) > 0.9, "the heat map covers the picture");
        await page.HoverAsync(".cc-overlay");
        await page.WaitForFunctionAsync("() => /% sure, decided in step \\d/.test(document.querySelector('.cc-probe').textContent)");
        await ShotAsync(page, $"cells-heat-{width}");
        await page.Keyboard.PressAsync("h");
        await page.WaitForSelectorAsync(".clip-cells[data-heat=false]");

        // 2. Scrubber by keyboard: what was decided by step 3.
        await page.FocusAsync(".cc-slider");
        for (var i = 0; i < 3; i++)
        {
            await page.Keyboard.PressAsync("ArrowLeft");
        }

        await page.WaitForSelectorAsync(".clip-cells[data-step='3']");
        Assert.Matches(@"Step 3 of 6 · \d+ of 1,024 cells decided", await page.InnerTextAsync(".cc-words"));
        Assert.True(await InkAsync(page) > 0.1, "what is not decided is veiled");
        await ShotAsync(page, $"cells-step-{width}");

        // 3. Branch from there, with another seed: what was accepted by then is the same, not all is.
        await page.FillAsync(".cc-settings input >> nth=0", "77");
        await page.ClickAsync("[data-act=branch]");
        var branch = await ResultAsync(page, parent.Job);
        Assert.All(parent.Accepted(3), cell => Assert.Equal(parent.Tokens[cell], branch.Tokens[cell]));
        Assert.NotEqual(parent.Tokens, branch.Tokens);
        await page.ClickAsync(".origin:has-text('Branch from step 3')");
        await page.WaitForSelectorAsync(".origin", new() { State = WaitForSelectorState.Detached });
        Assert.Contains(parent.Job, page.Url);

        // 4. The weakest cells: they alone change.
        await page.WaitForSelectorAsync(".clip-cells[data-ready] .player[data-ready=true]");
        await page.ClickAsync("[data-act=weakest]");
        var rolled = await ResultAsync(page, parent.Job);
        var weakest = parent.Weakest(0.1);
        Assert.Equal(102, weakest.Count);
        Assert.All(Enumerable.Range(0, 1024).Except(weakest), cell => Assert.Equal(parent.Tokens[cell], rolled.Tokens[cell]));
        Assert.Contains(weakest, cell => parent.Tokens[cell] != rolled.Tokens[cell]);

        // 5. Lock some by dragging, lasso others, decode those again: again they alone change, the locked ones not when all others do.
        await page.CheckAsync(".cc-panel input[value=pick]");
        await DragAsync(page, (0.03f, 0.03f), (0.28f, 0.03f));
        await page.WaitForSelectorAsync(".clip-cells[data-chosen='5']");
        await page.ClickAsync(".cc-panel button:text-is('Lock')");
        await page.WaitForSelectorAsync(".clip-cells[data-locked='5'][data-chosen='0']");
        await page.CheckAsync(".cc-panel input[value=lasso]");
        await page.CheckAsync(".cc-panel input[value=all]");
        await DragAsync(page, (0.4f, 0.4f), (0.6f, 0.4f), (0.6f, 0.6f), (0.4f, 0.6f), (0.4f, 0.42f));
        await page.WaitForFunctionAsync("() => Number(document.querySelector('.clip-cells').dataset.chosen) >= 36");
        await ShotAsync(page, $"cells-chosen-{width}");
        Assert.Empty(width < 720 ? [] : await Axe.FindAsync(page, "cells of a result"));
        await page.ClickAsync("[data-act=again]");
        var again = await ResultAsync(page, rolled.Job);
        var changed = Enumerable.Range(0, 1024).Where(cell => rolled.Tokens[cell] != again.Tokens[cell]).ToList();
        Assert.NotEmpty(changed);
        Assert.All(changed, cell => Assert.True(cell % 256 / 16 is >= 6 and <= 9 && cell % 16 is >= 6 and <= 9, $"cell {cell} lies outside of the lasso"));

        await page.FocusAsync(".cc-slider");
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width, "the page scrolls sideways");
        Assert.Empty(complaints);
    }

    /// <summary>Waits for the result of a job that is not the one before, and reads its steps as any program would.</summary>
    private static async Task<Clip> ResultAsync(IPage page, string? before)
    {
        await page.WaitForFunctionAsync("before => /job=/.test(location.href) && !(before && location.href.includes(before))", before, new() { Timeout = 180_000 });
        var job = page.Url.Split("job=")[1].Split('&')[0];
        await page.WaitForSelectorAsync($"#result[data-job='{job}']", Patient);
        await page.WaitForSelectorAsync(".clip-cells[data-ready] .player[data-ready=true]", Patient);
        await page.ClickAsync(".player [data-action=next]");
        var json = await (await page.APIRequest.GetAsync($"/api/v1/jobs/{job}/outputs/0/steps?format=json")).JsonAsync();
        return new Clip(job, json!.Value);
    }

    private static async Task DragAsync(IPage page, params (float X, float Y)[] path)
    {
        await page.Locator(".cc-overlay").EvaluateAsync("surface => surface.scrollIntoView({ block: 'center' })");
        var box = (await page.Locator(".cc-overlay").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (path[0].X * box.Width), box.Y + (path[0].Y * box.Height));
        await page.Mouse.DownAsync();
        foreach (var (x, y) in path.Skip(1))
        {
            await page.Mouse.MoveAsync(box.X + (x * box.Width), box.Y + (y * box.Height), new() { Steps = 4 });
        }

        await page.Mouse.UpAsync();
    }

    /// <summary>The share of the overlay that is not clear.</summary>
    private static Task<double> InkAsync(IPage page) => page.EvaluateAsync<double>(
        """
        () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
          const canvas = document.querySelector(".cc-overlay");
          const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          let ink = 0;
          for (let i = 3; i < pixels.length; i += 4) {
            ink += pixels[i] > 0 ? 1 : 0;
          }
          done(ink / (pixels.length / 4));
        })))
        """);

    /// <summary>Pictures for whoever wants to look: MAGVIT_SHOTS names the folder.</summary>
    private static async Task ShotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("MAGVIT_SHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
        }
    }

    private sealed class Clip(string job, JsonElement json)
    {
        private readonly JsonElement _last = json.GetProperty("steps").EnumerateArray().Last();

        public string Job => job;

        public IReadOnlyList<int> Tokens { get; } = [.. json.GetProperty("steps").EnumerateArray().Last().GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32())];

        public IEnumerable<int> Accepted(int step) => json.GetProperty("steps")[step - 1].GetProperty("accepted").GetString()!
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('-').Select(place => int.Parse(place, CultureInfo.InvariantCulture)).ToArray())
            .SelectMany(ends => Enumerable.Range(ends[0], ends[^1] - ends[0] + 1));

        public HashSet<int> Weakest(double share)
        {
            var confidence = _last.GetProperty("confidence").EnumerateArray().Select(p => p.GetSingle()).ToList();
            return [.. Enumerable.Range(0, confidence.Count).OrderBy(cell => confidence[cell]).Take((int)Math.Round(share * confidence.Count))];
        }
    }
}
