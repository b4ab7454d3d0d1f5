using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Magvit.Domain.Generation;
using Magvit.LoadBench.Hosts;
using Magvit.LoadBench.Seeding;

namespace Magvit.LoadBench.Rows;

/// <summary>The Studio in a browser, as far as it waits for clips.</summary>
internal sealed class ClipTab : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly List<TabNews> _news = [];
    private readonly HttpClient _client;
    private HubTab? _hub;
    private TaskCompletionSource _more = New();

    private ClipTab(HttpClient client) => _client = client;

    public static async Task<ClipTab> OpenAsync(SiteProcess site, HttpClient client, string key, CancellationToken cancellationToken)
    {
        var tab = new ClipTab(client);
        tab._hub = await HubTab.OpenAsync(site.Address, key, jobId: null, tab.Hear, cancellationToken);
        return tab;
    }

    /// <summary>Runs one job, and reads its first preview and its clip.</summary>
    /// <returns>The clip, and the job at its end.</returns>
    public async Task<(Guid Asset, JsonElement Job)> GenerateAsync(
        GenerationTask task, Guid? input, int seed, Samples preview, Samples clip, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var id = await SubmitAsync(task, input, seed, cancellationToken);
        var first = await UntilAsync(news => news.JobId == id && (news.PreviewUrl is not null || IsOver(news)), cancellationToken);
        await _client.GetByteArrayAsync(first.PreviewUrl ?? throw new InvalidOperationException($"Job {id} {first.State} without a preview."), cancellationToken);
        preview.Add(Stopwatch.GetElapsedTime(start));
        await EndAsync(id, cancellationToken);
        var job = await _client.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{id}", cancellationToken);
        var asset = job.GetProperty("outputs")[0].GetProperty("assetId").GetGuid();
        await _client.GetByteArrayAsync($"/api/v1/assets/{asset}/proxy", cancellationToken);
        clip.Add(Stopwatch.GetElapsedTime(start));
        return (asset, job);
    }

    /// <summary>Runs jobs at once, until the last has ended.</summary>
    public async Task GenerateManyAsync(IReadOnlyList<GenerationTask> tasks, Guid input, int seed, Samples times, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var ids = await Task.WhenAll(tasks.Select((task, i) => SubmitAsync(task, input, (seed * tasks.Count) + i, cancellationToken)));
        foreach (var id in ids)
        {
            await EndAsync(id, cancellationToken);
        }

        times.Add(Stopwatch.GetElapsedTime(start));
    }

    public ValueTask DisposeAsync() => _hub!.DisposeAsync();

    private static bool IsOver(TabNews news) => news.State is "succeeded" or "failed" or "cancelled";

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<Guid> SubmitAsync(GenerationTask task, Guid? input, int seed, CancellationToken cancellationToken)
    {
        var info = GenerationTaskCatalog.Get(task);
        var request = new
        {
            task = info.Name,
            model = PlatformSeed.Model,
            input = info.NeedsInput ? input : null,
            className = info.NeedsClass ? "walk" : null,
            seed,
            guidance = 0, // As many passes for every task.
        };
        using var answer = await _client.PostAsJsonAsync("/api/v1/jobs", request, cancellationToken);
        return answer.IsSuccessStatusCode
            ? (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("id").GetGuid()
            : throw new InvalidOperationException($"{task}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }

    private async Task EndAsync(Guid id, CancellationToken cancellationToken)
    {
        var last = await UntilAsync(news => news.JobId == id && IsOver(news), cancellationToken);
        if (last.State != "succeeded")
        {
            throw new InvalidOperationException($"Job {id} {last.State}.");
        }
    }

    private void Hear(TabNews news)
    {
        lock (_gate)
        {
            _news.Add(news);
            _more.TrySetResult();
        }
    }

    private async Task<TabNews> UntilAsync(Predicate<TabNews> isIt, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (_news.Find(isIt) is { } news)
                {
                    return news;
                }

                _more = _more.Task.IsCompleted ? New() : _more;
                more = _more.Task;
            }

            await more.WaitAsync(Patience, cancellationToken);
        }
    }
}
