using System.Diagnostics;
using Magvit.Domain.Jobs;
using Magvit.Domain.Workers;
using Magvit.Domain.Workspaces;
using Magvit.Testing;
using Xunit;

namespace Magvit.Infrastructure.Tests.Jobs;

/// <summary>What queue tests do all the time.</summary>
internal static class QueueTestMoves
{
    public const int NoLimit = int.MaxValue;

    public static async Task<Job> SubmitAsync(
        this TestPlatform platform, Actor actor, string payload = "{}", int priority = 0, string? model = null, JobKind kind = JobKind.Generate)
    {
        var work = new JobWork(kind, payload) { Priority = priority, Model = model, Steps = 12 };
        var submission = await platform.Queue.SubmitAsync(Job.Submit(actor, work, null, DateTimeOffset.UtcNow), NoLimit, CancellationToken.None);
        Assert.Equal(SubmissionOutcome.Accepted, submission.Outcome);
        return submission.Job;
    }

    public static Task<Job?> TryClaimAsync(this TestPlatform platform, int worker, params string[] models)
        => platform.Queue.ClaimAsync(new JobClaim(worker, [JobKind.Generate], models), CancellationToken.None);

    public static async Task<Job> ClaimAsync(this TestPlatform platform, int worker)
    {
        var job = await platform.TryClaimAsync(worker);
        Assert.NotNull(job);
        return job;
    }

    public static Task<IWorkerPresence> JoinAsync(this TestPlatform platform)
        => platform.Get<IWorkerRegistry>().JoinAsync(new WorkerDescription("test", "cpu", Environment.ProcessId), CancellationToken.None);

    public static async Task<Job> FindAsync(this TestPlatform platform, Guid jobId)
    {
        var job = await platform.Queue.FindAsync(platform.Workspace.Id, jobId, CancellationToken.None);
        Assert.NotNull(job);
        return job;
    }

    /// <summary>Polls until something holds; fails after a minute.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var waited = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(1), "Waited for a minute.");
            await Task.Delay(20);
        }
    }
}
