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

        // Warms up, and is what the others begin with.
        var (input, _) = await tab.GenerateAsync(GenerationTask.ClassConditional, null, 0, new Samples(), new Samples(), cancellationToken);
        for (var turn = 1; turn <= options.Clips; turn++)
        {
            var (_, job) = await tab.GenerateAsync(GenerationTask.FramePrediction, input, turn, preview, clip, cancellationToken);
            computing.Add(job.GetProperty("finishedAt").GetDateTimeOffset() - job.GetProperty("startedAt").GetDateTimeOffset());
        }

        // The first turn does not count: each task's first clip compiles what it needs.
        var (mixed, alike) = (new Samples(), new Samples());
        for (var turn = 0; turn <= options.Batches; turn++)
        {
            var (toMixed, toAlike) = turn == 0 ? (new Samples(), new Samples()) : (mixed, alike);
            await tab.GenerateManyAsync([.. Enumerable.Range(0, Together).Select(i => Mixed[i % Mixed.Length].Task)], input, turn, toMixed, cancellationToken);
            await tab.GenerateManyAsync([.. Enumerable.Repeat(GenerationTask.FramePrediction, Together)], input, turn, toAlike, cancellationToken);
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
}
