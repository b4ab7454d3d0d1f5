using System.Text.Json;
using Microsoft.Playwright;

namespace Magvit.EndToEnd.Tests;

/// <summary>Looks for what keeps people with disabilities from using a page, with axe-core.</summary>
internal static class Axe
{
    // When its circuit starts, a page is made anew, and for a moment it has neither a title nor what it loads.
    private const string Awake =
        """
        () => document.title
          && !document.querySelector("body > .frame:not([data-interactive])")
          && ![...document.querySelectorAll(".skeleton.line")].some(each => each.checkVisibility())
        """;

    private static readonly Lazy<string> Source = new(() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "axe", "axe.min.js")));

    /// <summary>All rules in the dark theme, and the contrast once more in the light one, of a page that has come to life; it is dark again afterwards.</summary>
    /// <returns>A line for each serious or critical issue.</returns>
    public static async Task<IReadOnlyList<string>> FindAsync(IPage page, string state)
    {
        ArgumentNullException.ThrowIfNull(page);
        await page.WaitForFunctionAsync(Awake);
        // Not a <script> in the page: its policy forbids that, and shall.
        await page.EvaluateAsync(Source.Value);
        await ThemeAsync(page, "dark");
        var dark = await RunAsync(page, "{ resultTypes: ['violations'] }");
        await ThemeAsync(page, "light");
        var light = await RunAsync(page, "{ resultTypes: ['violations'], runOnly: ['color-contrast'] }");
        await ThemeAsync(page, "dark");
        return [.. dark.Select(issue => $"{state}, dark: {issue}"), .. light.Select(issue => $"{state}, light: {issue}")];
    }

    // Colours would still be on their way; a person has seen them arrive. What is folded away never gets there by itself.
    private static async Task ThemeAsync(IPage page, string theme) => await page.EvaluateAsync(
        """
        theme => {
          document.documentElement.dataset.theme = theme;
          document.getAnimations().filter(each => each instanceof CSSTransition).forEach(each => each.finish());
        }
        """, theme);

    private static async Task<IEnumerable<string>> RunAsync(IPage page, string options)
    {
        var found = await page.EvaluateAsync<string>(
            $$"""
            async () => JSON.stringify((await axe.run(document, {{options}})).violations
              .filter(rule => ["serious", "critical"].includes(rule.impact))
              .flatMap(rule => rule.nodes.map(node => `${rule.id} at ${node.target.join(" ")}: ${node.any.concat(node.all, node.none).map(check => check.message).join("; ")}`)))
            """);
        return JsonSerializer.Deserialize<string[]>(found)!;
    }
}
