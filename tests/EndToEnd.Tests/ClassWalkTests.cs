using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>From a class to its clips, with the real worker, by mouse and by finger: settings, comparing, the recipe in a file, remix, and a sweep.</summary>
[Collection(SharedSiteWithWorker.Name)]
public sealed class ClassWalkTests(SiteWithWorkerProcess site, Chromium chromium)
{
    [Theory]
    [InlineData(Device.Desktop)]
    [InlineData(Device.Phone)]
    public async Task Class_IsRunComparedRemixedAndSwept(Device device)
    {
        var page = await chromium.OpenAsync(site.Address, device);
        Task PressAsync(string control) => device == Device.Phone ? page.Locator(control).TapAsync() : page.Locator(control).ClickAsync();
        await StudioWalkTests.EnterAsync(page);
        await page.GotoAsync("/studio?task=class-conditional");
        await page.WaitForSelectorAsync(".studio[data-ready]");

        // 1. A class, the number of steps and samples, a seed; the address follows.
        await PressAsync(".classes label:has(input[value=walk])");
        await page.SetAsync("steps", 2);
        await page.SetAsync("samples", 2);
        await page.SetAsync("seed", 7);
        await page.WaitForFunctionAsync("() => ['class=walk', 'steps=2', 'samples=2', 'seed=7'].every(part => location.search.includes(part))");
        await page.AssertFitsAsync("the Studio");
        await PressAsync("#generate");
        await page.WaitForSelectorAsync("#result", StudioSteps.Patient);
        await page.WaitForSelectorAsync(".player[data-ready=true]", StudioSteps.Patient);
        await page.AssertFitsAsync("the result");
        var job = await page.GetAsync($"/api/v1/jobs/{page.QueryOf("job")}");
        var results = job.GetProperty("outputs").EnumerateArray().Select(output => output.GetProperty("galleryItemId").GetString()).ToList();
        Assert.Equal(2, results.Count);

        // 2. Both samples on one timeline: beside each other, and subtracted.
        await PressAsync("#compare-result");
        await page.WaitForSelectorAsync(".comparison[data-ready=true]", StudioSteps.Patient);
        Assert.Equal(2, await page.Locator(".cmp-side canvas").CountAsync());
        await PressAsync("label:has(input[value=difference])");
        await page.WaitForFunctionAsync("() => Number(document.querySelector('.cmp-single')?.dataset.mean) > 0.1");
        await page.AssertFitsAsync("the comparison");

        // 3. The file carries its recipe; stripped, it does not.
        await page.GotoAsync($"/gallery/{results[0]}");
        await page.WaitForSelectorAsync("dialog.detail[open] .player[data-ready=true]", StudioSteps.Patient);
        await page.AssertFitsAsync("a result of the gallery");
        var download = $"/api/v1/gallery/{results[0]}/download?format=mp4";
        var recipe = (await ReadAsync(page, download)).GetProperty("recipe");
        Assert.Equal(("7", "walk"), (recipe.GetProperty("seed").ToString(), recipe.GetProperty("className").GetString()));
        Assert.Equal(422, (await ReadAsync(page, download + "&recipe=false")).GetProperty("status").GetInt32());

        // 4. Remix sets the Studio up again; from there, a sweep over two temperatures.
        await page.ClickAsync("#remix");
        await page.WaitForSelectorAsync("#task-class-conditional[aria-checked=true]");
        await page.WaitForFunctionAsync("() => document.getElementById('steps')?.value === '2' && document.querySelector('.classes input[value=walk]')?.checked");
        await PressAsync("#sweep > summary");
        await page.FillAsync("#sweep-column-values", "1, 4.5");
        await page.WaitForSelectorAsync("#run-sweep:not(:disabled)");
        await PressAsync("#run-sweep");
        await page.WaitForSelectorAsync("table.grid");
        await page.WaitForSelectorAsync("#group-state[data-open='0']", StudioSteps.Patient);
        Assert.Equal(["1", "4.5"], (await page.Locator("table.grid thead th").AllInnerTextsAsync()).Skip(1));
        await page.AssertFitsAsync("the table of the sweep");
        await page.Context.CloseAsync();
    }

    /// <summary>What the site reads out of a file that it handed out: the answer and its status.</summary>
    private static async Task<JsonElement> ReadAsync(IPage page, string download) => JsonDocument.Parse(await page.EvaluateAsync<string>(
        """
        async address => {
          const file = await (await fetch(address)).blob();
          const { token } = await (await fetch("/api/v1/antiforgery")).json();
          const answer = await fetch("/api/v1/recipes/read", {
            method: "POST", headers: { RequestVerificationToken: token, "Content-Type": "application/octet-stream" }, body: file,
          });
          return JSON.stringify({ ...await answer.json(), status: answer.status });
        }
        """,
        download)).RootElement;
}
