using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>What many tests of the Studio begin with, and ask of it.</summary>
internal static class StudioSteps
{
    public const string Editor = "(await import('/studio/editor.js')).editorOf(document.querySelector('.editor'))";

    public static readonly PageWaitForSelectorOptions Patient = new() { Timeout = 180_000 };

    /// <summary>Signs in, uploads a clip and chooses a task: what is left to do is drawing.</summary>
    public static async Task OpenStudioAsync(this IPage page, string task, string? clip = null)
    {
        await StudioWalkTests.EnterAsync(page);
        await page.UploadAsync(clip ?? await TestClip.MakeAsync());
        await page.ClickAsync($"#task-{task}");
        await page.WaitForSelectorAsync($"#task-{task}[aria-checked=true]");
        await page.WaitForFunctionAsync($"async () => {Editor}.document.task === '{task}'");
    }

    /// <summary>Uploads a clip and waits until it is on the canvas.</summary>
    public static async Task UploadAsync(this IPage page, string clip)
    {
        await page.WaitForSelectorAsync(".input-picker[data-ready]");
        await page.SetInputFilesAsync(".input-picker input[type=file]", clip);
        await page.WaitForSelectorAsync(".editor[data-ready=true]", Patient);
    }

    /// <summary>Where a wave across the frame goes.</summary>
    public static async Task<IReadOnlyList<(float X, float Y)>> WaveAsync(this IPage page, int moves)
    {
        await page.Locator(".me-stage").ScrollIntoViewIfNeededAsync();
        var box = (await page.Locator(".me-stage").BoundingBoxAsync())!;
        var side = Math.Min(box.Width, box.Height);
        var (left, middle) = (box.X + ((box.Width - side) / 2), box.Y + (box.Height / 2));
        return [.. Enumerable.Range(0, moves + 1).Select(i => (left + ((0.15f + (0.7f * i / moves)) * side), middle + (0.3f * side * MathF.Sin(i / 9f))))];
    }

    /// <summary>Draws a wave across the frame with the mouse.</summary>
    /// <param name="page">The page.</param>
    /// <param name="moves">How many times the mouse is moved.</param>
    /// <param name="halfway">What happens in the middle of the stroke.</param>
    public static async Task StrokeAsync(this IPage page, int moves, Func<Task>? halfway = null)
    {
        var points = await page.WaveAsync(moves);
        await page.Mouse.MoveAsync(points[0].X, points[0].Y);
        await page.Mouse.DownAsync();
        for (var i = 1; i < points.Count; i++)
        {
            if (i == points.Count / 2 && halfway is not null)
            {
                await halfway();
            }

            await page.Mouse.MoveAsync(points[i].X, points[i].Y);
        }

        await page.Mouse.UpAsync();
    }

    /// <summary>The hash of the mask that is shown.</summary>
    public static Task<string> MaskHashAsync(this IPage page) => page.EvaluateAsync<string>($"async () => {Editor}.keeper.hash");

    /// <summary>The mask that is shown: a digit for each pixel of each frame, 1 is generated.</summary>
    public static Task<string> MaskAsync(this IPage page) => page.EvaluateAsync<string>($"async () => Array.from({Editor}.document.pixels).join('')");

    /// <summary>Sets a field of the Studio, as who drags its slider or types into it.</summary>
    public static Task SetAsync(this IPage page, string id, int value) => page.EvaluateAsync(
        """
        ([id, value]) => {
          const field = document.getElementById(id);
          field.value = value;
          field.dispatchEvent(new Event("change", { bubbles: true }));
        }
        """,
        new object[] { id, value });

    /// <summary>That nothing is wider than the screen, and every control has a name.</summary>
    public static async Task AssertFitsAsync(this IPage page, string what)
    {
        Assert.True(page.ViewportSize!.Width >= await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), $"{what} scrolls sideways");
        var unnamed = await page.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('button, input, select, summary')].filter(e => e.checkVisibility() && !(e.ariaLabel || e.getAttribute('aria-labelledby') || e.labels?.length || e.textContent.trim() || e.title || e.type === 'hidden')).map(e => e.outerHTML)");
        Assert.Empty(unnamed);
    }

    /// <summary>What the API answers to the page's session.</summary>
    public static async Task<JsonElement> GetAsync(this IPage page, string path)
    {
        var answer = await page.APIRequest.GetAsync(path);
        return answer.Ok ? JsonDocument.Parse(await answer.TextAsync()).RootElement : throw new InvalidOperationException($"{path}: {answer.Status}");
    }

    /// <summary>A part of the address.</summary>
    public static string? QueryOf(this IPage page, string name) => System.Web.HttpUtility.ParseQueryString(new Uri(page.Url).Query)[name];
}
