using Magvit.Domain.Groups;
using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>Sweeps and batches with the real worker, at desktop and phone size.</summary>
[Collection(SharedSiteWithWorker.Name)]
public sealed class SweepTests(SiteWithWorkerProcess site, Chromium chromium)
{
    private static readonly PageWaitForSelectorOptions Patient = new() { Timeout = 180_000 };

    [Fact]
    public async Task SweepAndBatch_FromSetUpToTheResultTable()
    {
        var page = await chromium.OpenAsync(site.Address);
        await StudioWalkTests.EnterAsync(page);
        await page.WaitForSelectorAsync(".input-picker[data-ready]");
        await page.SetInputFilesAsync(".input-picker input[type=file]", await TestClip.MakeAsync());
        await page.WaitForSelectorAsync(".editor[data-ready=true]");

        // 1. A grid of two temperatures by two numbers of steps, labelled, live, all of one seed.
        await page.ClickAsync("#sweep > summary");
        await page.FillAsync("#sweep-column-values", "1, 4.5");
        await page.SelectOptionAsync("#sweep-rows", "Steps");
        await page.FillAsync("#sweep-row-values", "1-2");
        await page.WaitForSelectorAsync("#sweep-size:has-text('2 × 2 = 4 clips')");
        await page.ClickAsync("#run-sweep");
        await page.WaitForSelectorAsync("table.grid");
        await page.WaitForSelectorAsync("#group-state[data-open='0']", Patient);
        Assert.Equal("4 of 4 done", await page.InnerTextAsync("#group-state"));
        Assert.Equal(["1", "4.5"], (await page.Locator("table.grid thead th").AllInnerTextsAsync()).Skip(1));
        Assert.Equal(["1", "2"], await page.Locator("table.grid tbody th").AllInnerTextsAsync());
        Assert.Equal(4, await page.Locator("table.grid td .clip img").CountAsync());
        var clip = await page.Locator("table.grid td .clip img").First.BoundingBoxAsync();
        Assert.True(clip!.Width > 90 && clip.Height > 90, $"a clip is {clip.Width} x {clip.Height} pixels large");
        await ShootAsync(page, "sweep");
        Assert.Empty(await Axe.FindAsync(page, "sweep"));
        var table = CsvTable.Parse(await (await page.APIRequest.GetAsync("/" + await page.GetAttributeAsync("#result-csv", "href"))).TextAsync());
        Assert.Equal(["1/1", "4.5/1", "1/2", "4.5/2"], table.Rows.Select(row => $"{row.Values[0]}/{row.Values[1]}"));
        Assert.Single(table.Rows.Select(row => row.Values[table.Columns.ToList().IndexOf("used_seed")]).Distinct());
        await page.SetViewportSizeAsync(360, 740);
        Assert.True(360 >= await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), "the grid scrolls the page sideways");
        await ShootAsync(page, "sweep-phone");
        await page.SetViewportSizeAsync(1280, 860);

        // 2. A table: every row is checked, nothing runs while one is wrong, and the wrong ones can be skipped.
        await page.GotoAsync("/batch");
        await page.WaitForSelectorAsync(".page[data-ready]");
        await page.SetInputFilesAsync("#csv-file", new FilePayload
        {
            Name = "walks.csv",
            MimeType = "text/csv",
            Buffer = "task,input,seed,steps\nframe-prediction,ball.mp4,3,1\nframe-prediction,gone.mp4,4,1\nframe-prediction,ball.mp4,5,many\n"u8.ToArray(),
        });
        await page.WaitForSelectorAsync("#batch-summary[data-bad='2']");
        Assert.Contains("There is no clip named 'gone.mp4'", await page.InnerTextAsync("tr[data-bad]:nth-child(2)"));
        Assert.True(await page.IsDisabledAsync("#run-batch"));
        await ShootAsync(page, "batch");
        Assert.Empty(await Axe.FindAsync(page, "batch with problems"));
        await page.CheckAsync("#skip-bad");
        await page.ClickAsync("#run-batch:not(:disabled)");
        await page.WaitForSelectorAsync("#group-state[data-open='0']", Patient);
        Assert.Contains("lines 3, 4", await page.InnerTextAsync("main"));
        var result = CsvTable.Parse(await (await page.APIRequest.GetAsync("/" + await page.GetAttributeAsync("#result-csv", "href"))).TextAsync());
        Assert.Equal(["2", "succeeded"], new[] { Assert.Single(result.Rows).Values[0], result.Rows[0].Values[result.Columns.ToList().IndexOf("state")] });

        // 3. Both are in the list, and a sweep can be stopped at once.
        await page.GotoAsync("/studio?task=class-conditional&class=run&steps=32");
        await page.WaitForSelectorAsync(".studio[data-ready]");
        await page.ClickAsync("#sweep > summary");
        await page.SelectOptionAsync("#sweep-columns", "Seed");
        await page.FillAsync("#sweep-column-values", "1-12");
        await page.ClickAsync("#run-sweep");
        await page.ClickAsync("#cancel-all");
        await page.WaitForSelectorAsync("#group-state[data-open='0']:has-text('cancelled')", Patient);
        await page.GotoAsync("/groups");
        await page.WaitForSelectorAsync(".list li:nth-child(3)");
        Assert.Contains("walks", await page.InnerTextAsync(".list"));
        Assert.Empty(await Axe.FindAsync(page, "groups"));
    }

    private static Task ShootAsync(IPage page, string name) => Environment.GetEnvironmentVariable("MAGVIT_SCREENS") is { Length: > 0 } folder
        ? page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") })
        : Task.CompletedTask;
}
