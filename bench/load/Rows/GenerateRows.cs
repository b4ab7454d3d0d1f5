using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Magvit.Domain.Generation;
using Magvit.LoadBench.Hosts;
using Magvit.LoadBench.Seeding;

namespace Magvit.LoadBench.Rows;

/// <summary>From Generate to the clip with the model that ships: over HTTP, queue, worker and hub, until a tab has all bytes of what it shows.</summary>
internal static class GenerateRows
{
    public const string Area = "generate";

    private const double Tail = 0.95;
    private const int Together = 16;
    private const double Margin = 0.95;

    private static readonly LoadGoal FirstPreview = new(1000);
    private static readonly LoadGoal WholeClip = new(3000);

    private static readonly GenerationTaskInfo[] Mixed = [.. GenerationTaskCatalog.All.Where(info => !info.NeedsMask)];

    /// <param name="platform">A platform where no job waits.</param>
    /// <param name="site">Its site.</param>
    /// <param name="options">How often.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public static async Task<IReadOnlyList<LoadRow>> MeasureAsync(
        SeededPlatform platform, SiteProcess site, LoadOptions options, CancellationToken cancellationToken)
    {
        await using var worker = await HostProcess.StartWorkerAsync(platform.Database, cancellationToken);
        var key = await platform.Database.KeyAsync(platform.First, cancellationToken);
        using var client = site.CreateClient(key);
        await using var tab = await ClipTab.OpenAsync(site, client, key, cancellationToken);

        var (preview, clip, computing) = (new Samples(), new Samples(), new Samples());
        var input = (await tab.GenerateAsync(GenerationTask.ClassConditional, null, 0, new Samples(), new Samples(), cancellationToken)).Asset;   // warms up, and is what the others begin with
        for (var turn = 1; turn <= options.Clips; turn++)
        {
            var (_, job) = await tab.GenerateAsync(GenerationTask.FramePrediction, input, turn, preview, clip, cancellationToken);
            computing.Add(job.GetProperty("finishedAt").GetDateTimeOffset() - job.GetProperty("startedAt").GetDateTimeOffset());
        }

        var (mixed, alike) = (new Samples(), new Samples());
        for (var turn = 0; turn < options.Batches; turn++)
        {
            await tab.GenerateManyAsync([.. Enumerable.Range(0, Together).Select(i => Mixed[i % Mixed.Length].Task)], input, turn, mixed, cancellationToken);
            await tab.GenerateManyAsync([.. Enumerable.Repeat(GenerationTask.FramePrediction, Together)], input, turn, alike, cancellationToken);
        }

        var inWorker = computing.ToFigure("of this in the worker", Tail);
        var ofOneTask = Rate($"{Together} of one task", alike);
        return
        [
            new(Area, "ms", "p95", preview.ToFigure($"{PlatformSeed.Model}, first preview in the tab", Tail), [inWorker], FirstPreview),
            new(Area, "ms", "p95", clip.ToFigure($"{PlatformSeed.Model}, clip in the tab", Tail), [inWorker], WholeClip),
            new(Area, "clips/s", null, Rate($"{Together} jobs of {Mixed.Length} tasks at once", mixed), [ofOneTask], new LoadGoal(Margin * ofOneTask.Typical, IsMinimum: true)),
        ];
    }

    private static LoadFigure Rate(string name, Samples times) => new(name, 1000 * Together / times.Quantile(0.5));

    /// <summary>The Studio in a browser, as far as it waits for clips.</summary>
    private sealed class ClipTab : IAsyncDisposable
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
            await _client.GetByteArrayAsync(first.PreviewUrl, cancellationToken);
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
}
