using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>A page on which nothing happens leaves the machine alone: it may be the one that generates.</summary>
[Collection(SharedSite.Name)]
public sealed class RestTests(Site site, Chromium chromium)
{
    [Fact]
    public async Task Studio_LeftAlone_NothingMovesForEverAndNoSheetWatchesTheWholePage()
    {
        var page = await chromium.OpenAsync(site.Address);
        await page.OpenStudioAsync("inpaint-central");
        await page.Mouse.MoveAsync(2, 2);

        var endless = await page.EvaluateAsync<string[]>(
            """
            () => document.getAnimations().filter(each => each.playState === "running" && each.effect.getTiming().iterations === Infinity)
              .map(each => `${each.animationName} on ${each.effect.target.outerHTML.slice(0, 80)}`)
            """);
        Assert.Empty(endless);
        // A rule for the root that depends on what is below it is asked again at every node that is inserted anywhere.
        var watching = await page.EvaluateAsync<string[]>(
            """
            () => {
              const rulesOf = sheet => [...sheet.cssRules].flatMap(rule => rule.styleSheet ? rulesOf(rule.styleSheet) : rule.cssRules ? [rule, ...rulesOf(rule)] : [rule]);
              return [...document.styleSheets].flatMap(rulesOf).map(rule => rule.selectorText ?? "").filter(text => /(:root|html|body):has\(/.test(text));
            }
            """);
        Assert.Empty(watching);
    }
}
