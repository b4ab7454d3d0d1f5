using System.Diagnostics;
using System.Runtime.InteropServices;
using Magvit.LoadBench.Hosts;
using Magvit.LoadBench.Rows;
using Magvit.LoadBench.Seeding;
using Magvit.Testing;

namespace Magvit.LoadBench;

/// <summary>The whole measurement: databases of its own, the real hosts on them, and one area after the other.</summary>
internal static class LoadBenchmark
{
    public static readonly IReadOnlyList<string> Areas = [GalleryRows.Area, QueueRows.Area, ProgressRows.Area, UploadRows.Area, GenerateRows.Area, StartRows.Area];

    /// <summary>Measures on a server of its own, as durable as a real platform's, and removes it.</summary>
    public static async Task<LoadReport> RunAsync(LoadOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        await using var server = await PostgresServer.StartDurableAsync();
        return await RunAsync(server, options, say, cancellationToken);
    }

    /// <summary>Measures on a given server, in databases that are removed afterwards.</summary>
    public static async Task<LoadReport> RunAsync(PostgresServer server, LoadOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("magvit-load-").FullName;
        try
        {
            await using var largeDatabase = await LoadDatabase.CreateAsync(server, "load_large", folder, cancellationToken);
            await using var smallDatabase = await LoadDatabase.CreateAsync(server, "load_small", folder, cancellationToken);
            await using var fresh = await LoadDatabase.CreateAsync(server, "load_fresh", folder, cancellationToken);
            var seeding = Stopwatch.StartNew();
            say($"Filling a database with {options.FinishedJobs:n0} finished jobs, {options.WaitingJobs:n0} waiting ones and {options.GalleryItems:n0} results");
            var large = await PlatformSeed.FillAsync(largeDatabase, new SeedSize(options.GalleryItems, options.FinishedJobs, options.WaitingJobs), cancellationToken);
            var small = await PlatformSeed.FillAsync(smallDatabase, new SeedSize(options.SmallGalleryItems, 0, 0), cancellationToken);
            say($"That took {seeding.Elapsed.TotalSeconds:f0} s");
            var idle = await PlatformSeed.FillAsync(fresh, new SeedSize(options.SmallGalleryItems, 0, 0), cancellationToken);
            return new LoadReport(Machine(), options, await MeasureAsync(large, small, idle, options, say, cancellationToken));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<LoadRow>> MeasureAsync(
        SeededPlatform large, SeededPlatform small, SeededPlatform idle, LoadOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        var rows = new List<LoadRow>();
        var starting = (Large: SiteProcess.StartAsync(large.Database, cancellationToken), Small: SiteProcess.StartAsync(small.Database, cancellationToken));
        await using (var largeSite = await starting.Large)
        await using (var smallSite = await starting.Small)
        {
            await AddAsync(GalleryRows.Area, () => GalleryRows.MeasureAsync(large, small, largeSite, smallSite, options, cancellationToken));
            await AddAsync(QueueRows.Area, () => QueueRows.MeasureAsync(large, small, options, cancellationToken));
            await AddAsync(ProgressRows.Area, () => ProgressRows.MeasureAsync(large, largeSite, options, cancellationToken));
            await AddAsync(UploadRows.Area, () => UploadRows.MeasureAsync(large, largeSite, options, cancellationToken));
        }

        await AddAsync(GenerateRows.Area, async () =>
        {
            await using var site = await SiteProcess.StartAsync(idle.Database, cancellationToken);
            return await GenerateRows.MeasureAsync(idle, site, options, cancellationToken);
        });
        await AddAsync(StartRows.Area, () => StartRows.MeasureAsync(large.Database, idle.Database, options, cancellationToken));
        return rows;

        async Task AddAsync(string area, Func<Task<IReadOnlyList<LoadRow>>> measure)
        {
            if (options.Areas.Contains(area))
            {
                say($"Measuring: {area}");
                rows.AddRange(await measure());
            }
        }
    }

    private static string Machine()
    {
        var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
        return $"{processor}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
    }
}
