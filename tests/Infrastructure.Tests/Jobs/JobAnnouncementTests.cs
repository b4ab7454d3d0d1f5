using System.Collections.Concurrent;
using System.Diagnostics;
using Magvit.Domain.Assets;
using Magvit.Domain.Jobs;
using Magvit.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Magvit.Infrastructure.Tests.Jobs;

/// <summary>Workers wake, cancellations arrive, watchers see progress: all by NOTIFY.</summary>
public sealed class JobAnnouncementTests
{
    private static readonly TimeSpan LongWait = TimeSpan.FromMinutes(2);

    private static readonly Action<IServiceCollection> AsWorkerAndWeb =
        services => services.AddJobWorkerInfrastructure().AddJobProgressSource();

    [Fact]
    public async Task WaitForJobAsync_JobComes_WakesAtOnce()
    {
        await using var platform = await TestPlatform.StartAsync(configure: AsWorkerAndWeb);
        var actor = await platform.AddMemberAsync();
        await using var worker = await platform.JoinAsync();

        var waited = Stopwatch.StartNew();
        var waiting = worker.WaitForJobAsync(LongWait, CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        await platform.SubmitAsync(actor);
        await waiting;

        Assert.True(waited.Elapsed < LongWait / 4, $"Woke after {waited.Elapsed}.");
        Assert.NotNull(await platform.TryClaimAsync(worker.WorkerId));
    }

    [Fact]
    public async Task WaitForJobAsync_HintCameBefore_ReturnsAtOnceAndOnce()
    {
        await using var platform = await TestPlatform.StartAsync(configure: AsWorkerAndWeb);
        var actor = await platform.AddMemberAsync();
        await using var worker = await platform.JoinAsync();
        await platform.SubmitAsync(actor);
        await platform.SubmitAsync(actor);
        await Task.Delay(200);

        var waited = Stopwatch.StartNew();
        await worker.WaitForJobAsync(LongWait, CancellationToken.None);
        Assert.True(waited.Elapsed < LongWait / 4);
        await worker.WaitForJobAsync(TimeSpan.FromMilliseconds(300), CancellationToken.None);
        Assert.True(waited.Elapsed >= TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public async Task WaitForJobAsync_JobIsGivenBack_WakesOthers()
    {
        await using var platform = await TestPlatform.StartAsync(configure: AsWorkerAndWeb);
        await platform.SubmitAsync(await platform.AddMemberAsync());
        var job = await platform.ClaimAsync(1);
        await using var worker = await platform.JoinAsync();

        var waited = Stopwatch.StartNew();
        var waiting = worker.WaitForJobAsync(LongWait, CancellationToken.None);
        await platform.Queue.ReleaseAsync(job.Lease, CancellationToken.None);
        await waiting;

        Assert.True(waited.Elapsed < LongWait / 4, $"Woke after {waited.Elapsed}.");
    }

    [Fact]
    public async Task CancelRequested_RunningJob_ReachesTheWorker()
    {
        await using var platform = await TestPlatform.StartAsync(configure: AsWorkerAndWeb);
        var actor = await platform.AddMemberAsync();
        await using var worker = await platform.JoinAsync();
        var heard = new TaskCompletionSource<Guid>(TaskCreationOptions.RunContinuationsAsynchronously);
        worker.CancelRequested += id => heard.TrySetResult(id);
        await platform.SubmitAsync(actor);
        var job = await platform.ClaimAsync(worker.WorkerId);

        await platform.Queue.CancelAsync(actor.WorkspaceId, job.Id, CancellationToken.None);

        Assert.Equal(job.Id, await heard.Task.WaitAsync(LongWait));
        Assert.Equal(LeaseState.Held, await platform.Queue.AcknowledgeCancelAsync(job.Lease, CancellationToken.None));
        Assert.Equal(JobState.Cancelled, (await platform.FindAsync(job.Id)).State);
    }

    [Fact]
    public async Task Subscribe_JobRunsThrough_TellsStatesPlaceStepAndPreview()
    {
        await using var platform = await TestPlatform.StartAsync(configure: AsWorkerAndWeb);
        await using var hosted = await HostedServices.StartAsync(platform);
        await using var worker = await platform.JoinAsync();                     // else the watchdog takes its job away
        var actor = await platform.AddMemberAsync();
        var news = new ConcurrentQueue<JobProgress>();
        var elsewhere = new ConcurrentQueue<JobProgress>();
        var source = platform.Get<IJobProgressSource>();
        using var subscription = source.Subscribe(platform.Workspace.Id, progress => Keep(news, progress));
        using var stranger = source.Subscribe(Guid.NewGuid(), progress => Keep(elsewhere, progress));
        var preview = ContentHash.Of([7]);

        var job = await platform.SubmitAsync(actor);
        await UntilHeardAsync(news, progress => progress is { State: JobState.Queued, QueuePosition: 1 });
        var running = await platform.ClaimAsync(worker.WorkerId);
        await UntilHeardAsync(news, progress => progress.State == JobState.Running);
        platform.Get<IJobProgressPublisher>().Publish(running.Lease, new JobStep(4, 12, preview));
        await UntilHeardAsync(news, progress => progress.Step == 4 && progress.PreviewHash == preview);
        await platform.Queue.CompleteAsync(running.Lease, [], CancellationToken.None);
        await UntilHeardAsync(news, progress => progress.State == JobState.Succeeded);

        Assert.All(news, progress => Assert.Equal((job.Id, platform.Workspace.Id), (progress.JobId, progress.WorkspaceId)));
        Assert.Empty(elsewhere);
    }

    [Fact]
    public async Task Publish_ManyStepsAtOnce_WritesTheLatest()
    {
        await using var platform = await TestPlatform.StartAsync(configure: AsWorkerAndWeb);
        await using var hosted = await HostedServices.StartAsync(platform);
        await using var worker = await platform.JoinAsync();                     // else the watchdog takes its job away
        await platform.SubmitAsync(await platform.AddMemberAsync());
        var job = await platform.ClaimAsync(worker.WorkerId);
        var publisher = platform.Get<IJobProgressPublisher>();
        var preview = ContentHash.Of([1]);

        for (var step = 1; step <= 12; step++)
        {
            publisher.Publish(job.Lease, new JobStep(step, 12, step == 11 ? preview : null));
        }

        await QueueTestMoves.UntilAsync(async () => (await platform.FindAsync(job.Id)).Step == 12);
        Assert.Equal(preview, (await platform.FindAsync(job.Id)).PreviewHash);
    }

    [Fact]
    public async Task Subscribe_ListenerIsCutOff_ReconnectsAndTellsWhatWasMissed()
    {
        await using var platform = await TestPlatform.StartAsync(configure: AsWorkerAndWeb);
        await using var hosted = await HostedServices.StartAsync(platform);
        await using var worker = await platform.JoinAsync();                     // else the watchdog takes its job away
        var news = new ConcurrentQueue<JobProgress>();
        using var subscription = platform.Get<IJobProgressSource>().SubscribeToAll(progress => Keep(news, progress));
        await platform.SubmitAsync(await platform.AddMemberAsync());
        await UntilHeardAsync(news, progress => progress.State == JobState.Queued);

        await CutListenersAsync(platform);
        var running = await platform.ClaimAsync(worker.WorkerId);
        await platform.Queue.CompleteAsync(running.Lease, [], CancellationToken.None);

        await UntilHeardAsync(news, progress => progress.State == JobState.Succeeded);
    }

    [Fact]
    public async Task Subscribe_SubscriberThrows_HearsTheNextNewsAndHarmsNobody()
    {
        await using var platform = await TestPlatform.StartAsync(configure: AsWorkerAndWeb);
        await using var hosted = await HostedServices.StartAsync(platform);
        await using var worker = await platform.JoinAsync();                     // else the watchdog takes its job away
        var news = new ConcurrentQueue<JobProgress>();
        var source = platform.Get<IJobProgressSource>();
        using var broken = source.SubscribeToAll(progress => throw new InvalidOperationException("broken"));
        using var subscription = source.SubscribeToAll(progress => Keep(news, progress));

        await platform.SubmitAsync(await platform.AddMemberAsync());
        var running = await platform.ClaimAsync(worker.WorkerId);
        await UntilHeardAsync(news, progress => progress.JobId == running.Id && progress.State == JobState.Running);
    }

    private static Task Keep(ConcurrentQueue<JobProgress> news, JobProgress progress)
    {
        news.Enqueue(progress);
        return Task.CompletedTask;
    }

    private static Task UntilHeardAsync(ConcurrentQueue<JobProgress> news, Func<JobProgress, bool> expected)
        => QueueTestMoves.UntilAsync(() => Task.FromResult(news.Any(expected)));

    private static async Task CutListenersAsync(TestPlatform platform)
    {
        await using var db = await platform.OpenAsync();
        var ended = await db.Database.SqlQuery<bool>(
            $"""select pg_terminate_backend(pid) as "Value" from pg_stat_activity where datname = current_database() and query ilike 'listen job_progress%'""")
            .ToListAsync();
        Assert.Contains(true, ended);
    }
}
