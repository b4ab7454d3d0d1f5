using Magvit.Domain.Generation;
using Magvit.Infrastructure;
using Magvit.Infrastructure.Gallery;
using Magvit.LoadBench.Hosts;
using Magvit.LoadBench.Seeding;

namespace Magvit.LoadBench.Rows;

/// <summary>First pages of a large and of a small gallery, from the query itself and over HTTP, in turns with a bare round trip.</summary>
internal static class GalleryRows
{
    public const string Area = "gallery";

    private const int WarmUps = 10;
    private const double Tail = 0.95;
    private static readonly LoadGoal Goal = new(100);

    /// <summary>Words in titles have no goal: no index helps the search for a part of a word.</summary>
    private static readonly (string Name, GalleryFilter Filter, string Query, bool HasGoal)[] Pages =
    [
        ("first page", new GalleryFilter(), "", true),
        ("of a common task", new GalleryFilter { Task = GenerationTask.FramePrediction }, "?task=frame-prediction", true),
        ("of a rare, old task", new GalleryFilter { Task = PlatformSeed.RareTask }, $"?task={GenerationTaskCatalog.Get(PlatformSeed.RareTask).Name}", true),
        ("of a model that made nothing", new GalleryFilter { Model = "nobody" }, "?model=nobody", true),
        ("by a word that no title has", new GalleryFilter { Text = "nowhere" }, "?text=nowhere", false),
    ];

    public static async Task<IReadOnlyList<LoadRow>> MeasureAsync(
        SeededPlatform large, SeededPlatform small, SiteProcess largeSite, SiteProcess smallSite, LoadOptions options, CancellationToken cancellationToken)
    {
        using var largeClient = largeSite.CreateClient(await large.Database.KeyAsync(large.First, cancellationToken));
        using var smallClient = smallSite.CreateClient(await small.Database.KeyAsync(small.First, cancellationToken));
        using var anybody = largeSite.CreateClient();
        var bareQuery = new LoadCall("SELECT 1", () => SelectOneAsync(large.Database, cancellationToken));
        var bareRequest = new LoadCall("GET /health/live", () => GetAsync(anybody, "/health/live", cancellationToken));
        var queries = Pages.Select(page => Calls(
            page.Name, options, () => ListAsync(large, page.Filter, cancellationToken), () => ListAsync(small, page.Filter, cancellationToken))).ToList();
        var requests = Pages.Select(page => Calls(
            $"{page.Name}, over HTTP", options, () => GetAsync(largeClient, "/api/v1/gallery" + page.Query, cancellationToken),
            () => GetAsync(smallClient, "/api/v1/gallery" + page.Query, cancellationToken))).ToList();

        List<LoadCall> all = [bareQuery, bareRequest, .. queries.Concat(requests).SelectMany(pair => new[] { pair.Large, pair.Small })];
        await LoadCall.TakeTurnsAsync(all, Math.Min(WarmUps, options.Turns), options.Turns);

        return
        [
            .. queries.Zip(Pages, (pair, page) => Row(pair.Large, pair.Small, bareQuery, page.HasGoal)),
            .. requests.Zip(Pages, (pair, page) => Row(pair.Large, pair.Small, bareRequest, page.HasGoal)),
        ];
    }

    private static (LoadCall Large, LoadCall Small) Calls(string name, LoadOptions options, Func<Task> large, Func<Task> small)
        => (new LoadCall(name, large), new LoadCall($"the same among {options.SmallGalleryItems:n0} items", small));

    private static LoadRow Row(LoadCall call, LoadCall same, LoadCall bare, bool hasGoal)
        => new(Area, "ms", "p95", call.ToFigure(Tail), [same.ToFigure(Tail), bare.ToFigure(Tail)], hasGoal ? Goal : null);

    private static async Task ListAsync(SeededPlatform platform, GalleryFilter filter, CancellationToken cancellationToken)
        => await platform.Database.Get<GalleryQueries>().ListAsync(platform.First.WorkspaceId, filter, new PageRequest(), cancellationToken);

    private static async Task SelectOneAsync(LoadDatabase database, CancellationToken cancellationToken)
    {
        await using var command = database.DataSource.CreateCommand("select 1");
        await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task GetAsync(HttpClient client, string address, CancellationToken cancellationToken)
    {
        using var answer = await client.GetAsync(address, cancellationToken);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }
}
