using System.Text.Json;
using Microsoft.Playwright;

namespace Magvit.EndToEnd.Tests;

/// <summary>How long the page's own scripts compute in each frame, as Chromium itself traces it.</summary>
/// <remarks>
/// Counted is the time of the thread, not of the clock: a machine that has other things to do makes a page late, but not its scripts longer.
/// </remarks>
internal sealed class ScriptTrace
{
    private readonly ICDPSession _session;
    private readonly List<JsonElement> _events = [];
    private readonly TaskCompletionSource _complete = new();

    private ScriptTrace(ICDPSession session)
    {
        _session = session;
        session.Event("Tracing.dataCollected").OnEvent += (_, data) => _events.AddRange(data!.Value.GetProperty("value").EnumerateArray().Select(each => each.Clone()));
        session.Event("Tracing.tracingComplete").OnEvent += (_, _) => _complete.TrySetResult();
    }

    public static async Task<ScriptTrace> StartAsync(IPage page)
    {
        var trace = new ScriptTrace(await page.Context.NewCDPSessionAsync(page));
        await trace._session.SendAsync("Tracing.start", new Dictionary<string, object>
        {
            ["transferMode"] = "ReportEvents",
            ["traceConfig"] = new { recordMode = "recordUntilFull", includedCategories = new[] { "devtools.timeline" } },
        });
        return trace;
    }

    /// <summary>Ends the trace.</summary>
    /// <param name="scripts">A part of the address of the scripts that count.</param>
    /// <returns>Milliseconds of computing, one number for each frame in which any of the scripts ran.</returns>
    public async Task<IReadOnlyList<double>> StopAsync(string scripts)
    {
        await _session.SendAsync("Tracing.end");
        await _complete.Task.WaitAsync(TimeSpan.FromSeconds(60));
        // A call that the beginning or the end of the trace cut off has no duration.
        var calls = _events.Where(each => each.GetProperty("name").GetString() == "FunctionCall" && each.TryGetProperty("tdur", out _)
            && UrlOf(each).Contains(scripts, StringComparison.Ordinal)).ToList();
        if (calls.Count == 0)
        {
            return [];
        }

        // A frame is what lies between two callbacks for the next picture, on the thread of the page.
        var thread = ThreadOf(calls[0]);
        var frames = _events.Where(each => each.GetProperty("name").GetString() == "FireAnimationFrame" && ThreadOf(each) == thread)
            .Select(TimeOf).Order().ToList();
        return [.. calls.GroupBy(call => frames.FindLastIndex(start => start <= TimeOf(call)))
            .OrderBy(frame => frame.Key).Select(frame => frame.Sum(call => call.GetProperty("tdur").GetDouble()) / 1000)];
    }

    private static double TimeOf(JsonElement traced) => traced.GetProperty("ts").GetDouble();

    private static (long Process, long Thread) ThreadOf(JsonElement traced) => (traced.GetProperty("pid").GetInt64(), traced.GetProperty("tid").GetInt64());

    private static string UrlOf(JsonElement traced) =>
        traced.TryGetProperty("args", out var args) && args.TryGetProperty("data", out var data) && data.TryGetProperty("url", out var url) ? url.GetString()! : "";
}
