using System.Diagnostics;
using Magvit.LoadBench.Hosts;

namespace Magvit.LoadBench.Rows;

/// <summary>How long the hosts take to start and what memory they hold then, in turns with a site that does nothing.</summary>
internal static class StartRows
{
    public const string Area = "start";

    /// <summary>What a host does in the background after its start is part of what it holds.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    /// <param name="full">The database that the site starts on.</param>
    /// <param name="empty">The database that the worker starts on: no job may wait there.</param>
    /// <param name="options">How often.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public static async Task<IReadOnlyList<LoadRow>> MeasureAsync(
        LoadDatabase full, LoadDatabase empty, LoadOptions options, CancellationToken cancellationToken)
    {
        var (nothing, web, worker) = (new Side("an empty ASP.NET Core site"), new Side("site"), new Side("worker"));
        for (var turn = 0; turn < options.Starts; turn++)
        {
            await nothing.AddAsync(() => SiteProcess.StartEmptyAsync(empty, cancellationToken), cancellationToken);
            await web.AddAsync(() => SiteProcess.StartAsync(full, cancellationToken), cancellationToken);
            await AddWorkerAsync(worker, empty, cancellationToken);
        }

        return
        [
            new(Area, "ms", null, web.Time("the site answers /health/ready"), [nothing.Time(nothing.Name)]),
            new(Area, "ms", null, worker.Time("the worker has joined with its models"), [nothing.Time(nothing.Name)]),
            new(Area, "MB", null, web.Memory("resident memory of the site"), [nothing.Memory(nothing.Name)]),
            new(Area, "MB", null, worker.Memory("resident memory of the worker, no job yet"), [nothing.Memory(nothing.Name)]),
        ];
    }

    private static async Task AddWorkerAsync(Side side, LoadDatabase database, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        await using var process = await HostProcess.StartWorkerAsync(database, cancellationToken);
        side.Times.Add(Stopwatch.GetElapsedTime(start));
        await Task.Delay(Settling, cancellationToken);
        side.Bytes.Add(process.ResidentBytes);
    }

    /// <summary>One of the programs.</summary>
    private sealed class Side(string name)
    {
        public string Name => name;

        public Samples Times { get; } = new();

        public List<long> Bytes { get; } = [];

        public LoadFigure Time(string what) => new(what, Times.Quantile(0.5));

        public LoadFigure Memory(string what) => new(what, Bytes.Order().ElementAt(Bytes.Count / 2) / 1e6);

        public async Task AddAsync(Func<Task<SiteProcess>> start, CancellationToken cancellationToken)
        {
            await using var site = await start();
            Times.Add(site.StartTime);
            await Task.Delay(Settling, cancellationToken);
            Bytes.Add(site.ResidentBytes);
        }
    }
}
