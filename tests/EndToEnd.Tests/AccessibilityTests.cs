using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>Every page for everybody: no serious issue in either theme, and everything within reach of a keyboard.</summary>
[Collection(SharedSite.Name)]
public sealed class AccessibilityTests(Site site, Chromium chromium)
{
    private static readonly PageWaitForSelectorOptions Patient = new() { Timeout = 120_000 };

    [Fact]
    public async Task Pages_DarkAndLight_HaveNoSeriousIssue()
    {
        var page = await chromium.OpenAsync(site.Address);
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        var issues = new List<string>();

        async Task LookAsync(string state) => issues.AddRange(await Axe.FindAsync(page, state));

        async Task GoAsync(string path, string selector)
        {
            await page.GotoAsync(path);
            await page.WaitForSelectorAsync(selector, Patient);
            await LookAsync(path);
        }

        await page.GotoAsync("/");
        await LookAsync("set-up or sign-in");
        await StudioWalkTests.EnterAsync(page);
        await LookAsync("Studio, empty");

        await page.WaitForSelectorAsync(".input-picker[data-ready]");
        await page.SetInputFilesAsync("input[type=file]", await TestClip.MakeAsync());
        await page.WaitForSelectorAsync(".editor[data-ready=true]", Patient);
        await page.EvaluateAsync("() => document.querySelectorAll('details.advanced, .me-more').forEach(details => { details.open = true; })");
        await LookAsync("Studio, a clip, menus open");
        await page.EvaluateAsync("() => document.querySelectorAll('.me-more').forEach(details => { details.open = false; })");
        await page.Keyboard.PressAsync("?");
        await page.WaitForSelectorAsync("dialog.me-sheet[open]");
        await LookAsync("Studio, shortcuts");
        await page.Keyboard.PressAsync("Escape");

        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForSelectorAsync("#step-counter", Patient);
        await LookAsync("Studio, running");
        await page.WaitForSelectorAsync("#result", Patient);
        await page.WaitForSelectorAsync(".player[data-ready=true]", Patient);
        await LookAsync("Studio, a result");

        await GoAsync("/jobs", ".page[data-ready] .job");
        await GoAsync("/gallery", ".grid .card img");
        await page.ClickAsync(".grid .card");
        await page.WaitForSelectorAsync("dialog.detail[open] .player[data-ready=true]", Patient);
        await LookAsync("gallery detail");
        await GoAsync("/models", "main h1");
        await GoAsync("/workers", "main h1");
        await GoAsync("/settings", "main h1");
        await GoAsync("/not-found", "main h2");

        var stranger = await chromium.OpenAsync(site.Address);
        await stranger.GotoAsync("/sign-in");
        issues.AddRange(await Axe.FindAsync(stranger, "sign-in"));
        Assert.True(issues.Count == 0, string.Join('\n', issues));
    }

    [Fact]
    public async Task Studio_WithTheTabKeyAlone_EveryToolIsReached()
    {
        var page = await chromium.OpenAsync(site.Address);
        await StudioWalkTests.EnterAsync(page);
        await page.WaitForSelectorAsync(".input-picker[data-ready]");
        await page.SetInputFilesAsync("input[type=file]", await TestClip.MakeAsync());
        await page.WaitForSelectorAsync(".editor[data-ready=true]", Patient);

        // Tab goes from one control to the next, and inside a toolbar the arrows do: whatever is enabled must come along.
        var reached = new HashSet<string>();
        var isAtTheEnd = false;
        await page.FocusAsync("a.skip");
        for (var stop = 0; stop < 200 && !isAtTheEnd; stop++)
        {
            await page.Keyboard.PressAsync("Tab");
            isAtTheEnd = await NoteAsync() == "";
            for (var arrow = 0; arrow < 14 && await page.EvaluateAsync<bool>("() => !!document.activeElement.closest('[role=toolbar], .me-segments, [role=radiogroup]:has(input)')"); arrow++)
            {
                await page.Keyboard.PressAsync("ArrowDown");
                await NoteAsync();
            }
        }

        async Task<string> NoteAsync()
        {
            var name = await page.EvaluateAsync<string>(
                """
                () => {
                  const element = document.activeElement;
                  const box = element.getBoundingClientRect();
                  if (element === document.body) { return ""; }
                  element.dataset.reached = "";
                  return element.outerHTML.slice(0, 80) + (box.width > 0 && box.height > 0 ? "" : " (nowhere to be seen)");
                }
                """);
            reached.Add(name);
            return name;
        }

        Assert.DoesNotContain(reached, name => name.EndsWith("(nowhere to be seen)", StringComparison.Ordinal));
        var missed = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll("main button, main a[href], main input, main select, main summary, main [role=slider], main [role=listbox][tabindex]")]
              .filter(element => !("reached" in element.dataset) && !element.disabled && element.checkVisibility({ visibilityProperty: true }) && !element.closest("dialog")
                && !(element.type === "radio" && !element.checked) && element.getAttribute("tabindex") !== "-1")
              .map(element => element.outerHTML.slice(0, 120))
            """);
        Assert.Empty(missed);
        foreach (var tool in new[] { "move", "place", "hand", "brush", "eraser", "rectangle", "ellipse", "lasso", "fill" })
        {
            Assert.NotNull(await page.QuerySelectorAsync($"[data-tool={tool}][data-reached]"));
        }
    }
}
