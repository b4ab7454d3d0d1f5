using System.Diagnostics;
using Magvit.Domain.Jobs;
using Magvit.Domain.Workspaces;
using Magvit.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Magvit.Infrastructure.Tests.Jobs;

/// <summary>The figures of docs/decisions/003-job-queue.md; run with <c>--explicit only</c>.</summary>
public sealed class JobQueueMeasurements(ITestOutputHelper output)
{
    [Fact(Explicit = true)]
    public async Task Throughput_TrivialJobs_OfOneTwoAndFourClaimers()
    {
        foreach (var claimers in new[] { 1, 2, 4 })
        {
            await using var platform = await TestPlatform.StartAsync(new Dictionary<string, string?> { ["Platform:JobLimits:Creator:Running"] = "1000" });
            var actor = await platform.AddMemberAsync(MemberRole.Creator);
            const int Jobs = 1000;
            var submitting = Stopwatch.StartNew();
            for (var i = 0; i < Jobs; i++)
            {
                await platform.SubmitAsync(actor);
            }

            var submitted = submitting.Elapsed;
            var running = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(1, claimers).Select(worker => Task.Run(async () =>
            {
                while (await platform.TryClaimAsync(worker) is { } job)
                {
                    await platform.Queue.CompleteAsync(job.Lease, [], CancellationToken.None);
                }
            })));
            output.WriteLine($"{claimers} claimers: {Jobs / submitted.TotalSeconds:F0} submitted/s, {Jobs / running.Elapsed.TotalSeconds:F0} claimed and completed/s");
        }
    }

    [Fact(Explicit = true)]
    public async Task Latency_IdleWorker_FromSubmissionToClaim()
    {
        await using var platform = await TestPlatform.StartAsync(configure: services => services.AddJobWorkerInfrastructure());
        var actor = await platform.AddMemberAsync();
        await using var worker = await platform.JoinAsync();
        var times = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            var claiming = Task.Run(async () =>
            {
                while (true)
                {
                    await worker.WaitForJobAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
                    if (await platform.TryClaimAsync(worker.WorkerId) is { } job)
                    {
                        return job;
                    }
                }
            });
            await Task.Delay(20);
            await platform.SubmitAsync(actor);
            var submitted = Stopwatch.GetTimestamp();
            var claimed = await claiming;
            times.Add(Stopwatch.GetElapsedTime(submitted).TotalMilliseconds);
            await platform.Queue.CompleteAsync(claimed.Lease, [], CancellationToken.None);
        }

        times.Sort();
        output.WriteLine($"submitted to claimed: p50 {times[100]:F1} ms, p90 {times[180]:F1} ms, p99 {times[198]:F1} ms");
    }

    [Fact(Explicit = true)]
    public async Task Takeover_WorkerIsKilled_UntilAnotherRunsTheJob()
    {
        await using var platform = await TestPlatform.StartAsync(configure: services => services.AddJobWorkerInfrastructure());
        await using var loops = await HostedServices.StartAsync(platform);
        var actor = await platform.AddMemberAsync();
        await using var other = await platform.JoinAsync();
        var times = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            await using var killed = await platform.JoinAsync();
            await platform.SubmitAsync(actor);
            await platform.ClaimAsync(killed.WorkerId);
            var start = Stopwatch.GetTimestamp();
            await using (var db = await platform.OpenAsync())
            {
                await db.Database.ExecuteSqlAsync($"select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = 4711 and objid = {killed.WorkerId}::oid and database = (select oid from pg_database where datname = current_database())");
            }

            Job? job = null;
            while (job is null)
            {
                await other.WaitForJobAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
                job = await platform.TryClaimAsync(other.WorkerId);
            }

            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await platform.Queue.CompleteAsync(job.Lease, [], CancellationToken.None);
        }

        output.WriteLine($"session lost to claimed by another: {string.Join(", ", times.Select(time => $"{time:F0} ms"))}");
    }

    [Fact(Explicit = true)]
    public async Task Claim_AmongManyWaitingAndFinished_PerJob()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync(MemberRole.Admin);
        await using (var db = await platform.OpenAsync())
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                insert into jobs (id, workspace_id, user_id, kind, payload, priority, state, attempt, max_attempts, step, steps, cancel_requested, created_at, started_at, finished_at)
                select gen_random_uuid(), {actor.WorkspaceId}, {actor.UserId}, 'generate', '[]', 0, case when n <= 1000 then 'queued' else 'succeeded' end, 0, 2, 0, 12, false, now(), now(), now()
                from generate_series(1, 100000) n
                """);
            await db.Database.ExecuteSqlRawAsync("analyze jobs");
        }

        var times = new List<double>();
        for (var i = 0; i < 100; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var job = await platform.ClaimAsync(1);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await platform.Queue.CompleteAsync(job.Lease, [], CancellationToken.None);
        }

        times.Sort();
        output.WriteLine($"claim among 1,000 waiting and 99,000 finished: p50 {times[50]:F1} ms, p99 {times[99]:F1} ms");
    }
}
