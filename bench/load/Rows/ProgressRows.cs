using Magvit.Domain.Jobs;
using Magvit.LoadBench.Hosts;
using Magvit.LoadBench.Seeding;
using Microsoft.Extensions.Hosting;

namespace Magvit.LoadBench.Rows;

/// <summary>From a worker's report of a step to the open tabs: publisher, row, NOTIFY, site, hub. One tab and many take turns.</summary>
internal static class ProgressRows
{
    public const string Area = "progress";

    private const int WarmUps = 5;
    private const double Tail = 0.99;
    private static readonly LoadGoal Goal = new(200);

    /// <summary>Longer than the publisher's own interval, which is not to be measured.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    /// <summary>How often a job is taken while the queue moves: more often than any GPU does it.</summary>
    private static readonly TimeSpan ClaimInterval = TimeSpan.FromMilliseconds(500);

    public static async Task<IReadOnlyList<LoadRow>> MeasureAsync(
        SeededPlatform platform, SiteProcess site, LoadOptions options, CancellationToken cancellationToken)
    {
        var publisher = (IHostedService)platform.Database.Get<IJobProgressPublisher>();
        await publisher.StartAsync(cancellationToken);
        try
        {
            await using var one = await TabGroup.OpenAsync(platform, site, 1, cancellationToken);
            await using var many = await TabGroup.OpenAsync(platform, site, options.Tabs, cancellationToken);
            await TakeTurnsAsync(one, many, Math.Min(WarmUps, options.Steps), "", cancellationToken);
            var atRest = await TakeTurnsAsync(one, many, options.Steps, "", cancellationToken);

            using var moving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var claims = TakeJobsAsync(platform, moving.Token);
            var inMotion = await TakeTurnsAsync(one, many, options.Steps, ", while two jobs a second are taken", cancellationToken);
            await moving.CancelAsync();
            await claims;
            return [atRest, inMotion];
        }
        finally
        {
            await publisher.StopAsync(CancellationToken.None);
        }
    }

    private static async Task<LoadRow> TakeTurnsAsync(TabGroup one, TabGroup many, int steps, string circumstance, CancellationToken cancellationToken)
    {
        var (timesOfOne, timesOfMany) = (new Samples(), new Samples());
        for (var step = 0; step < steps; step++)
        {
            await one.ReportAsync(timesOfOne);
            await Task.Delay(Pause, cancellationToken);
            await many.ReportAsync(timesOfMany);
            await Task.Delay(Pause, cancellationToken);
        }

        var tabs = timesOfMany.Count / steps;
        return new(
            Area, "ms", "p99", timesOfMany.ToFigure($"a step reaches {tabs} tabs{circumstance}", Tail), [timesOfOne.ToFigure("the same, one tab", Tail)], Goal);
    }

    /// <summary>Takes and ends jobs, so that the places of all that wait change again and again.</summary>
    private static async Task TakeJobsAsync(SeededPlatform platform, CancellationToken cancellationToken)
    {
        var queue = platform.Database.Get<IJobQueue>();
        var claim = new JobClaim(2, [JobKind.Generate], PlatformSeed.Models);
        using var timer = new PeriodicTimer(ClaimInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (await queue.ClaimAsync(claim, cancellationToken) is { } job)
                {
                    await queue.CompleteAsync(job.Lease, [], cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }
}
