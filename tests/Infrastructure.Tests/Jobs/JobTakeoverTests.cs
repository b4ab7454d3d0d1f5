using System.Diagnostics;
using Magvit.Domain.Jobs;
using Magvit.Domain.Workers;
using Magvit.Infrastructure.Workers;
using Magvit.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Magvit.Infrastructure.Tests.Jobs;

/// <summary>What becomes of the jobs of workers that were killed, frozen or cut off.</summary>
public sealed class JobTakeoverTests
{
    private static readonly Action<IServiceCollection> AsWorker = services => services.AddJobWorkerInfrastructure();

    [Fact]
    public async Task TakeBackLostAsync_LivingWorker_LeavesItsJob()
    {
        await using var platform = await TestPlatform.StartAsync(configure: AsWorker);
        await using var worker = await platform.JoinAsync();
        await platform.SubmitAsync(await platform.AddMemberAsync());
        var job = await platform.ClaimAsync(worker.WorkerId);

        Assert.Empty(await platform.Queue.TakeBackLostAsync(CancellationToken.None));

        Assert.Equal(job.Lease, (await platform.FindAsync(job.Id)).Lease);
    }

    [Fact]
    public async Task TakeBackLostAsync_KilledWorker_GivesItsJobToAnother()
    {
        await using var platform = await TestPlatform.StartAsync(configure: AsWorker);
        await using var killed = await platform.JoinAsync();
        await using var other = await platform.JoinAsync();
        await platform.SubmitAsync(await platform.AddMemberAsync());
        var job = await platform.ClaimAsync(killed.WorkerId);

        var waited = Stopwatch.StartNew();
        await EndSessionAsync(platform, killed.WorkerId);
        await QueueTestMoves.UntilAsync(async () => (await platform.Queue.TakeBackLostAsync(CancellationToken.None)).Contains(job.Id));
        var again = await platform.ClaimAsync(other.WorkerId);

        Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), $"Takeover took {waited.Elapsed}.");
        Assert.Equal((job.Id, 2), (again.Id, again.Attempt));
        Assert.Equal(LeaseState.Lost, await platform.Queue.CompleteAsync(job.Lease, [], CancellationToken.None));
        Assert.Equal(LeaseState.Held, await platform.Queue.CompleteAsync(again.Lease, [], CancellationToken.None));
        var done = await platform.FindAsync(job.Id);
        Assert.Equal([AttemptOutcome.Lost, AttemptOutcome.Succeeded], done.Attempts.OrderBy(a => a.Number).Select(a => a.Outcome));
    }

    [Fact]
    public async Task Lost_SessionCut_TellsTheWorkerToStop()
    {
        await using var platform = await TestPlatform.StartAsync(configure: AsWorker);
        await using var worker = await platform.JoinAsync();
        Assert.False(worker.Lost.IsCancellationRequested);

        await EndSessionAsync(platform, worker.WorkerId);

        await QueueTestMoves.UntilAsync(() => Task.FromResult(worker.Lost.IsCancellationRequested));
        await platform.Queue.TakeBackLostAsync(CancellationToken.None);
        Assert.Equal(WorkerState.Lost, await StateOfAsync(platform, worker.WorkerId));
    }

    [Fact]
    public async Task TakeBackLostAsync_FrozenWorker_IsFencedOut()
    {
        // A frozen process keeps its session, so only the lease tells.
        await using var platform = await TestPlatform.StartAsync(
            new Dictionary<string, string?> { ["Platform:JobQueue:Lease"] = "00:00:04" }, AsWorker);
        await using var frozen = await platform.JoinAsync();
        await using var other = await platform.JoinAsync();
        await platform.SubmitAsync(await platform.AddMemberAsync());
        var job = await platform.ClaimAsync(frozen.WorkerId);
        Assert.Empty(await platform.Queue.TakeBackLostAsync(CancellationToken.None));

        await Task.Delay(TimeSpan.FromSeconds(4.5));
        Assert.Equal([job.Id], await platform.Queue.TakeBackLostAsync(CancellationToken.None));
        var again = await platform.ClaimAsync(other.WorkerId);

        // It thaws: nothing that it writes counts, and it learns that by its first write.
        Assert.Equal(LeaseState.Lost, (await platform.Queue.HeartbeatAsync([job.Lease], CancellationToken.None))[job.Lease]);
        Assert.Equal(LeaseState.Lost, await platform.Queue.CompleteAsync(job.Lease, [], CancellationToken.None));
        Assert.Equal(LeaseState.Held, await platform.Queue.CompleteAsync(again.Lease, [], CancellationToken.None));
    }

    [Fact]
    public async Task HeartbeatAsync_InTime_KeepsTheJobBeyondItsLease()
    {
        await using var platform = await TestPlatform.StartAsync(
            new Dictionary<string, string?> { ["Platform:JobQueue:Lease"] = "00:00:05" }, AsWorker);
        await using var worker = await platform.JoinAsync();
        await platform.SubmitAsync(await platform.AddMemberAsync());
        var job = await platform.ClaimAsync(worker.WorkerId);

        for (var i = 0; i < 7; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(0.8));
            Assert.Equal(LeaseState.Held, (await platform.Queue.HeartbeatAsync([job.Lease], CancellationToken.None))[job.Lease]);
            Assert.Empty(await platform.Queue.TakeBackLostAsync(CancellationToken.None));
        }
    }

    [Fact]
    public async Task TakeBackLostAsync_WorkersVanishTwice_FailsTheJobWithTheReason()
    {
        await using var platform = await TestPlatform.StartAsync(configure: AsWorker);
        var job = await platform.SubmitAsync(await platform.AddMemberAsync());
        for (var i = 0; i < 2; i++)
        {
            await platform.ClaimAsync(1_000_000 + i); // numbers of workers that never joined
            await platform.Queue.TakeBackLostAsync(CancellationToken.None);
        }

        var failed = await platform.FindAsync(job.Id);
        Assert.Equal((JobState.Failed, "The worker that ran it has stopped."), (failed.State, failed.Error));
    }

    [Fact]
    public async Task TakeBackLostAsync_CancellationWasRequested_CancelsTheJob()
    {
        await using var platform = await TestPlatform.StartAsync(configure: AsWorker);
        var actor = await platform.AddMemberAsync();
        var job = await platform.SubmitAsync(actor);
        await platform.ClaimAsync(1_000_000);
        await platform.Queue.CancelAsync(actor.WorkspaceId, job.Id, CancellationToken.None);
        await platform.Queue.TakeBackLostAsync(CancellationToken.None);
        Assert.Equal(JobState.Cancelled, (await platform.FindAsync(job.Id)).State);
    }

    [Fact]
    public async Task TakeBackLostAsync_FourWatchdogsAtOnce_TakeEachJobBackOnce()
    {
        await using var platform = await TestPlatform.StartAsync(configure: AsWorker);
        var actor = await platform.AddMemberAsync();
        for (var i = 0; i < 4; i++)
        {
            await platform.SubmitAsync(actor);
            await platform.ClaimAsync(1_000_000);
        }

        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => platform.Queue.TakeBackLostAsync(CancellationToken.None)));

        Assert.Equal(4, taken.SelectMany(ids => ids).Count());
        Assert.Equal(4, taken.SelectMany(ids => ids).Distinct().Count());
    }

    [Fact]
    public async Task DisposeAsync_WorkerStopsInOrder_SignsItOff()
    {
        await using var platform = await TestPlatform.StartAsync(configure: AsWorker);
        var worker = await platform.JoinAsync();
        await worker.BeatAsync(isBusy: true, ["demo-64"], CancellationToken.None);
        var whileBusy = Assert.Single(await platform.Get<WorkerQueries>().ListAsync(CancellationToken.None));

        await worker.DisposeAsync();

        Assert.Equal(WorkerState.Busy, whileBusy.State);
        Assert.Equal(["demo-64"], whileBusy.LoadedModels);
        Assert.Equal(WorkerState.Stopped, await StateOfAsync(platform, worker.WorkerId));
    }

    /// <summary>Does what the death of the process does to its session.</summary>
    private static async Task EndSessionAsync(TestPlatform platform, int workerId)
    {
        await using var db = await platform.OpenAsync();
        var ended = await db.Database.SqlQuery<bool>(
            // Other tests' databases have workers of the same number.
            $"""
            select pg_terminate_backend(pid) as "Value" from pg_locks where locktype = 'advisory' and classid = 4711 and objid = {workerId}::oid
                and database = (select oid from pg_database where datname = current_database())
            """)
            .ToListAsync();
        Assert.Equal([true], ended);
    }

    private static async Task<WorkerState> StateOfAsync(TestPlatform platform, int workerId)
    {
        await using var db = await platform.OpenAsync();
        return await db.Workers.Where(worker => worker.Id == workerId).Select(worker => worker.State).SingleAsync();
    }
}
