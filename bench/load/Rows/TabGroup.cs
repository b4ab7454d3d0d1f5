using System.Collections.Concurrent;
using System.Diagnostics;
using Magvit.Domain.Jobs;
using Magvit.LoadBench.Hosts;
using Magvit.LoadBench.Seeding;

namespace Magvit.LoadBench.Rows;

/// <summary>Tabs that follow the same running job, and how long after the worker's report each of them sees a step.</summary>
internal sealed class TabGroup : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ConcurrentBag<HubTab> _tabs = [];
    private readonly JobLease _lease;
    private readonly IJobProgressPublisher _publisher;
    private readonly int _size;
    private Round _round = new(0, 0, new Samples());
    private int _steps;

    private TabGroup(JobLease lease, IJobProgressPublisher publisher, int size)
    {
        _lease = lease;
        _publisher = publisher;
        _size = size;
    }

    /// <summary>Takes a job as a worker does and opens tabs of its workspace's members on it.</summary>
    public static async Task<TabGroup> OpenAsync(SeededPlatform platform, SiteProcess site, int size, CancellationToken cancellationToken)
    {
        var claim = new JobClaim(1, [JobKind.Generate], PlatformSeed.Models);
        var job = await platform.Database.Get<IJobQueue>().ClaimAsync(claim, cancellationToken)
            ?? throw new InvalidOperationException("There is no job to follow.");
        var keys = new List<string>();
        foreach (var member in platform.MembersOf(job.WorkspaceId))
        {
            keys.Add(await platform.Database.KeyAsync(member, cancellationToken));
        }

        var group = new TabGroup(job.Lease, platform.Database.Get<IJobProgressPublisher>(), size);
        await Parallel.ForAsync(0, size, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (i, token) =>
            group._tabs.Add(await HubTab.OpenAsync(site.Address, keys[i % keys.Count], job.Id, news => group.OnStep(news.Step), token)));
        return group;
    }

    /// <summary>Reports a step as a worker's compute loop does, and waits until every tab has seen it.</summary>
    /// <exception cref="TimeoutException">A tab did not see it within a minute.</exception>
    public async Task ReportAsync(Samples times)
    {
        var round = new Round(++_steps, _size, times);
        Volatile.Write(ref _round, round);
        round.Start();
        _publisher.Publish(_lease, new JobStep(round.Step, 1_000_000));
        await round.Seen.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var tab in _tabs)
        {
            await tab.DisposeAsync();
        }
    }

    private void OnStep(int step) => Volatile.Read(ref _round).OnStep(step);

    /// <summary>One step on its way to all tabs.</summary>
    private sealed class Round(int step, int tabs, Samples times)
    {
        private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _start;
        private int _missing = tabs;

        public int Step => step;

        public Task Seen => _seen.Task;

        public void Start() => _start = Stopwatch.GetTimestamp();

        public void OnStep(int seen)
        {
            if (seen != step)
            {
                return;
            }

            times.Add(Stopwatch.GetElapsedTime(_start));
            if (Interlocked.Decrement(ref _missing) == 0)
            {
                _seen.SetResult();
            }
        }
    }
}
