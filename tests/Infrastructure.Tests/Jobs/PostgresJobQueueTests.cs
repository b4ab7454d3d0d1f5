using Magvit.Domain.Assets;
using Magvit.Domain.Gallery;
using Magvit.Domain.Generation;
using Magvit.Domain.Groups;
using Magvit.Domain.Jobs;
using Magvit.Domain.Workspaces;
using Magvit.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Magvit.Infrastructure.Tests.Jobs;

public sealed class PostgresJobQueueTests
{
    private const int Worker = 1;
    private const int OtherWorker = 2;

    [Fact]
    public async Task ClaimAsync_WaitingJob_RunsItAsTheAggregateWould()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        var submitted = await platform.SubmitAsync(actor, """{"task":"frame-prediction"}""");

        var claimed = await platform.ClaimAsync(Worker);

        var expected = submitted;
        expected.Start(Worker, claimed.Token!.Value, claimed.LeaseUntil!.Value, claimed.StartedAt!.Value);
        Assert.Equal(expected.Id, claimed.Id);
        Assert.Equal(expected.State, claimed.State);
        Assert.Equal(expected.Attempt, claimed.Attempt);
        Assert.Equal(expected.OwnerWorkerId, claimed.OwnerWorkerId);
        Assert.Equal(expected.Lease, claimed.Lease);
        Assert.Equal((expected.Step, expected.Steps), (claimed.Step, claimed.Steps));
        Assert.Equivalent(expected.Attempts, claimed.Attempts);
        Assert.True(claimed.LeaseUntil > claimed.StartedAt);
    }

    [Fact]
    public async Task ClaimAsync_EmptyQueue_ReturnsNothing()
    {
        await using var platform = await TestPlatform.StartAsync();
        Assert.Null(await platform.TryClaimAsync(Worker));
    }

    [Fact]
    public async Task ClaimAsync_JobNeedsModelOrKindTheWorkerLacks_LeavesItToOthers()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        var job = await platform.SubmitAsync(actor, model: "big");
        await platform.SubmitAsync(actor, kind: JobKind.Train);

        Assert.Null(await platform.TryClaimAsync(Worker, "small"));
        Assert.Equal(job.Id, (await platform.TryClaimAsync(Worker, "small", "big"))?.Id);
    }

    [Fact]
    public async Task ClaimAsync_FourClaimersAndTwoHundredJobs_EachJobRunsOnce()
    {
        await using var platform = await TestPlatform.StartAsync(new Dictionary<string, string?> { ["Platform:JobLimits:Creator:Running"] = "1000" });
        var submitted = new HashSet<Guid>();
        foreach (var user in Enumerable.Range(0, 4))
        {
            var actor = await platform.AddMemberAsync();
            for (var i = 0; i < 50; i++)
            {
                submitted.Add((await platform.SubmitAsync(actor)).Id);
            }
        }

        var taken = await Task.WhenAll(Enumerable.Range(1, 4).Select(worker => Task.Run(async () =>
        {
            var mine = new List<Guid>();
            while (await platform.TryClaimAsync(worker) is { } job)
            {
                mine.Add(job.Id);
                Assert.Equal(LeaseState.Held, await platform.Queue.CompleteAsync(job.Lease, [], CancellationToken.None));
            }

            return mine;
        })));

        var all = taken.SelectMany(ids => ids).ToList();
        Assert.Equal(200, all.Count);
        Assert.Equal(submitted, all.ToHashSet());
        await using var db = await platform.OpenAsync();
        Assert.Equal(200, await db.Jobs.CountAsync(job => job.State == JobState.Succeeded && job.Attempt == 1));
    }

    [Fact]
    public async Task SubmitAsync_SameIdempotencyKey_ReturnsTheFirstJob()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        var other = await platform.AddMemberAsync();

        async Task<JobSubmission> SubmitAsync(Actor by) => await platform.Queue.SubmitAsync(
            Job.Submit(by, new JobWork(JobKind.Generate, "{}"), "key-1", DateTimeOffset.UtcNow), 10, CancellationToken.None);

        var atOnce = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SubmitAsync(actor)));
        var byOther = await SubmitAsync(other);

        Assert.Single(atOnce, submission => submission.Outcome == SubmissionOutcome.Accepted);
        Assert.Single(atOnce.Select(submission => submission.Job.Id).Distinct());
        Assert.Equal(SubmissionOutcome.Accepted, byOther.Outcome);
    }

    [Fact]
    public async Task SubmitAsync_AnyJob_StoresEveryProperty()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        var group = JobGroup.Create(actor, JobGroupKind.Sweep, "A sweep", "{}", 3, now);
        await using var db = await platform.OpenAsync();
        db.JobGroups.Add(group);
        await db.SaveChangesAsync();
        var work = new JobWork(JobKind.Generate, """{"seed": 7}""") { Model = "demo-64", Priority = 3, Steps = 12, GroupId = group.Id, GroupIndex = 2 };
        var job = Job.Submit(actor, work, "key", now);

        await platform.Queue.SubmitAsync(job, 10, CancellationToken.None);

        var stored = await platform.FindAsync(job.Id);
        Assert.All(
            db.Model.FindEntityType(typeof(Job))!.GetProperties().Where(property => property.PropertyInfo is not null),
            property => Assert.Equal(property.PropertyInfo!.GetValue(job), property.PropertyInfo.GetValue(stored)));
    }

    [Fact]
    public async Task SubmitAsync_AsManyWaitingAsAllowed_StoresNothing()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        Task<JobSubmission> SubmitAsync() => platform.Queue.SubmitAsync(
            Job.Submit(actor, new JobWork(JobKind.Generate, "{}"), null, DateTimeOffset.UtcNow), 2, CancellationToken.None);

        var atOnce = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => SubmitAsync()));
        await platform.ClaimAsync(Worker);
        var afterwards = await SubmitAsync();

        Assert.Equal(2, atOnce.Count(submission => submission.Outcome == SubmissionOutcome.Accepted));
        Assert.Equal(4, atOnce.Count(submission => submission.Outcome == SubmissionOutcome.QueueFull));
        Assert.Equal(SubmissionOutcome.Accepted, afterwards.Outcome);
    }

    [Fact]
    public async Task CompleteAsync_WithResults_StoresThemWithTheState()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        var job = await SubmitAndClaimAsync(platform, actor);
        var results = new[] { NewResult(actor, job, seed: 1), NewResult(actor, job, seed: 2) };

        Assert.Equal(LeaseState.Held, await platform.Queue.CompleteAsync(job.Lease, results, CancellationToken.None));

        var done = await platform.FindAsync(job.Id);
        Assert.Equal(JobState.Succeeded, done.State);
        Assert.Equal(done.Steps, done.Step);
        Assert.Equal(
            results.Select((result, index) => new JobOutput(index, result.Asset.Id, result.GalleryItem!.Id)),
            done.Outputs.OrderBy(output => output.Index));
        await using var db = await platform.OpenAsync();
        var item = await db.GalleryItems.SingleAsync(item => item.Id == results[1].GalleryItem!.Id);
        Assert.Equal(results[1].GalleryItem!.Recipe, item.Recipe);
        Assert.Equal(2, await db.Assets.CountAsync());
    }

    [Fact]
    public async Task CompleteAsync_WithLostLease_StoresNothing()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        var first = await SubmitAndClaimAsync(platform, actor);
        await platform.Queue.ReleaseAsync(first.Lease, CancellationToken.None);
        var second = await platform.ClaimAsync(OtherWorker);

        Assert.Equal(LeaseState.Lost, await platform.Queue.CompleteAsync(first.Lease, [NewResult(actor, first, 1)], CancellationToken.None));

        await using var db = await platform.OpenAsync();
        Assert.Equal(0, await db.Assets.CountAsync() + await db.GalleryItems.CountAsync());
        Assert.Equal(second.Lease, (await platform.FindAsync(first.Id)).Lease);
    }

    [Fact]
    public async Task EveryWorkerWrite_WithLostLease_IsRefused()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        var stale = (await SubmitAndClaimAsync(platform, actor)).Lease;
        await platform.Queue.ReleaseAsync(stale, CancellationToken.None);
        var job = await platform.ClaimAsync(OtherWorker);
        var queue = platform.Queue;

        Assert.Equal(LeaseState.Lost, (await queue.HeartbeatAsync([stale], CancellationToken.None))[stale]);
        Assert.Equal(LeaseState.Lost, await queue.ReportProgressAsync(stale, new JobStep(5, 12), CancellationToken.None));
        Assert.Equal(LeaseState.Lost, await queue.FailAsync(stale, new JobFailure("late"), CancellationToken.None));
        Assert.Equal(LeaseState.Lost, await queue.ReleaseAsync(stale, CancellationToken.None));
        Assert.Equal(LeaseState.Lost, await queue.AcknowledgeCancelAsync(stale, CancellationToken.None));

        var now = await platform.FindAsync(job.Id);
        Assert.Equal((JobState.Running, 0, job.Token), (now.State, now.Step, now.Token));
        Assert.True(job.Token > stale.Token);
    }

    [Fact]
    public async Task HeartbeatAsync_SeveralJobs_ProlongsEachThatIsHeld()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        var held = await SubmitAndClaimAsync(platform, actor);
        var cancelled = await SubmitAndClaimAsync(platform, actor);
        var lost = new JobLease(held.Id, held.Token!.Value - 1);
        await platform.Queue.CancelAsync(actor.WorkspaceId, cancelled.Id, CancellationToken.None);

        var states = await platform.Queue.HeartbeatAsync([held.Lease, cancelled.Lease, lost], CancellationToken.None);

        Assert.Equal(LeaseState.Held, states[held.Lease]);
        Assert.Equal(LeaseState.CancelRequested, states[cancelled.Lease]);
        Assert.Equal(LeaseState.Lost, states[lost]);
        Assert.True((await platform.FindAsync(held.Id)).LeaseUntil > held.LeaseUntil);
    }

    [Fact]
    public async Task FailAsync_Twice_RetriesOnceThenFailsWithTheReason()
    {
        await using var platform = await TestPlatform.StartAsync();
        var job = await SubmitAndClaimAsync(platform, await platform.AddMemberAsync());

        await platform.Queue.FailAsync(job.Lease, new JobFailure("first reason"), CancellationToken.None);
        Assert.Equal(JobState.Queued, (await platform.FindAsync(job.Id)).State);
        var again = await platform.ClaimAsync(OtherWorker);
        await platform.Queue.FailAsync(again.Lease, new JobFailure("second reason"), CancellationToken.None);

        var failed = await platform.FindAsync(job.Id);
        Assert.Equal((JobState.Failed, "second reason", 2), (failed.State, failed.Error, failed.Attempt));
        Assert.Equal(["first reason", "second reason"], failed.Attempts.OrderBy(a => a.Number).Select(a => a.Reason));
        Assert.NotNull(failed.FinishedAt);
        Assert.Null(await platform.TryClaimAsync(Worker));
    }

    [Fact]
    public async Task FailAsync_Permanently_FailsAtOnce()
    {
        await using var platform = await TestPlatform.StartAsync();
        var job = await SubmitAndClaimAsync(platform, await platform.AddMemberAsync());
        await platform.Queue.FailAsync(job.Lease, new JobFailure("unreadable", IsPermanent: true), CancellationToken.None);
        Assert.Equal(JobState.Failed, (await platform.FindAsync(job.Id)).State);
    }

    [Fact]
    public async Task ReleaseAsync_HostStops_QueuesWithoutUsingUpATry()
    {
        await using var platform = await TestPlatform.StartAsync();
        var job = await SubmitAndClaimAsync(platform, await platform.AddMemberAsync());
        await platform.Queue.ReleaseAsync(job.Lease, CancellationToken.None);
        var again = await platform.ClaimAsync(OtherWorker);
        await platform.Queue.FailAsync(again.Lease, new JobFailure("reason"), CancellationToken.None);
        Assert.Equal(JobState.Queued, (await platform.FindAsync(job.Id)).State);
    }

    [Fact]
    public async Task CancelAsync_QueuedJob_CancelsAtOnce()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        var job = await platform.SubmitAsync(actor);

        Assert.Equal(SteerOutcome.Done, await platform.Queue.CancelAsync(actor.WorkspaceId, job.Id, CancellationToken.None));

        Assert.Equal(JobState.Cancelled, (await platform.FindAsync(job.Id)).State);
        Assert.Null(await platform.TryClaimAsync(Worker));
        Assert.Equal(SteerOutcome.NotPossible, await platform.Queue.CancelAsync(actor.WorkspaceId, job.Id, CancellationToken.None));
    }

    [Fact]
    public async Task CancelAsync_RunningJob_TellsTheWorkerWithItsNextWriteAndTakesNoResult()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        var job = await SubmitAndClaimAsync(platform, actor);

        Assert.Equal(SteerOutcome.Done, await platform.Queue.CancelAsync(actor.WorkspaceId, job.Id, CancellationToken.None));

        Assert.Equal(LeaseState.CancelRequested, await platform.Queue.ReportProgressAsync(job.Lease, new JobStep(3, 12), CancellationToken.None));
        Assert.Equal(LeaseState.CancelRequested, await platform.Queue.CompleteAsync(job.Lease, [NewResult(actor, job, 1)], CancellationToken.None));
        var cancelled = await platform.FindAsync(job.Id);
        Assert.Equal(JobState.Cancelled, cancelled.State);
        Assert.Empty(cancelled.Outputs);
    }

    [Fact]
    public async Task CancelAsync_JobOfAnotherWorkspace_FindsNothing()
    {
        await using var platform = await TestPlatform.StartAsync();
        var job = await platform.SubmitAsync(await platform.AddMemberAsync());
        Assert.Equal(SteerOutcome.NotFound, await platform.Queue.CancelAsync(Guid.NewGuid(), job.Id, CancellationToken.None));
        Assert.Null(await platform.Queue.FindAsync(Guid.NewGuid(), job.Id, CancellationToken.None));
    }

    [Fact]
    public async Task RetryAsync_FailedJob_GivesItNewTries()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        var job = await SubmitAndClaimAsync(platform, actor);
        Assert.Equal(SteerOutcome.NotPossible, await platform.Queue.RetryAsync(actor.WorkspaceId, job.Id, CancellationToken.None));
        await platform.Queue.FailAsync(job.Lease, new JobFailure("reason", IsPermanent: true), CancellationToken.None);

        Assert.Equal(SteerOutcome.Done, await platform.Queue.RetryAsync(actor.WorkspaceId, job.Id, CancellationToken.None));

        var again = await platform.ClaimAsync(Worker);
        Assert.Equal((job.Id, 2, 3), (again.Id, again.Attempt, again.MaxAttempts));
        Assert.Null(again.Error);
    }

    private static async Task<Job> SubmitAndClaimAsync(TestPlatform platform, Actor actor)
    {
        await platform.SubmitAsync(actor);
        return await platform.ClaimAsync(Worker);
    }

    private static JobResult NewResult(Actor actor, Job job, long seed)
    {
        var asset = TestPlatform.NewAsset(actor);
        var recipe = TestPlatform.NewRecipe() with { Input = new RecipeInput(ContentHash.Of([1, 2, 3]), 0, 1), Seed = seed, Parents = [Guid.NewGuid()] };
        return new JobResult(asset, GalleryItem.Create(asset, job.Id, recipe, [Guid.NewGuid()]));
    }
}
