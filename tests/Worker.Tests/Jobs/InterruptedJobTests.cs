using System.Diagnostics;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Magvit.Worker.Tests.Jobs;

/// <summary>Jobs that do not run straight to their end.</summary>
public sealed class InterruptedJobTests
{
    [Theory]
    [InlineData(16, 1)]
    [InlineData(112, 9)]
    public async Task Cancel_RunningJob_EndsWithinAStep(int frames, int windows)
    {
        await using var platform = await WorkerPlatform.StartSlowAsync();
        using var worker = await platform.StartWorkerAsync();
        var jobId = await platform.SubmitAsync(platform.RequestFor(GenerationTask.FramePrediction) with { Steps = 64, Samples = 4, Frames = frames });
        await platform.UntilSteppingAsync(jobId);

        Assert.Equal(SteerOutcome.Done, await platform.Platform.Get<CancelJob>().CancelAsync(platform.Actor, jobId, CancellationToken.None));
        var stepAtCancel = (await platform.FindAsync(jobId)).Step;
        var job = await platform.UntilFinishedAsync(jobId);

        Assert.Equal(JobState.Cancelled, job.State);
        Assert.Equal([AttemptOutcome.Cancelled], job.Attempts.Select(a => a.Outcome));
        Assert.Equal(64 * windows, job.Steps);
        Assert.InRange(job.Step, stepAtCancel, 63);
        Assert.Empty(await platform.ItemsOfAsync(jobId));

        // The worker takes the next.
        Assert.Equal(JobState.Succeeded, (await platform.RunAsync(platform.RequestFor(GenerationTask.FramePrediction))).State);
        await worker.StopAsync();
    }

    [Fact]
    public async Task Run_InputDeletedMeanwhile_FailsForGoodWithASentence()
    {
        await using var platform = await WorkerPlatform.StartSlowAsync();
        using (var worker = await platform.StartWorkerAsync())
        {
            await worker.StopAsync();
        }

        var jobId = await platform.SubmitAsync(platform.RequestFor(GenerationTask.FramePrediction));
        await using (var db = await platform.Platform.OpenAsync())
        {
            await db.Assets.Where(a => a.Id == platform.Clip.Id).ExecuteDeleteAsync();
        }

        using var next = await platform.StartWorkerAsync();
        var job = await platform.UntilFinishedAsync(jobId);

        Assert.Equal(
            (JobState.Failed, 1, "The input clip was deleted before the job ran. Choose another and run it again."), (job.State, job.Attempt, job.Error));
        await next.StopAsync();
    }

    [Fact]
    public async Task Stop_HostInMidJob_GivesTheJobToTheNextWorker()
    {
        await using var platform = await WorkerPlatform.StartSlowAsync();
        Guid jobId;
        using (var worker = await platform.StartWorkerAsync())
        {
            jobId = await platform.SubmitLongJobAsync();
            await platform.UntilSteppingAsync(jobId);
            await worker.StopAsync();
        }

        var released = await platform.FindAsync(jobId);
        Assert.Equal((JobState.Queued, 0), (released.State, released.Step));

        using var next = await platform.StartWorkerAsync();
        var job = await platform.UntilFinishedAsync(jobId);

        Assert.Equal(JobState.Succeeded, job.State);
        Assert.Equal([AttemptOutcome.Released, AttemptOutcome.Succeeded], job.Attempts.OrderBy(a => a.Number).Select(a => a.Outcome));
        Assert.Equal(4, (await platform.ItemsOfAsync(jobId)).Count);
        await next.StopAsync();
    }

    [Fact]
    public async Task Kill_WorkerInMidJob_AnotherFinishesItOnce()
    {
        await using var platform = await WorkerPlatform.StartSlowAsync();
        using var first = WorkerProcess.Start(platform.WorkerSettings());
        await platform.UntilModelIsInstalledAsync();
        var jobId = await platform.SubmitLongJobAsync();
        await platform.UntilSteppingAsync(jobId);

        await first.KillAsync();
        var takeover = Stopwatch.StartNew();
        Assert.Equal(JobState.Running, (await platform.FindAsync(jobId)).State);
        using var second = WorkerProcess.Start(platform.WorkerSettings());
        var job = await platform.UntilFinishedAsync(jobId);

        Assert.Equal((JobState.Succeeded, 2), (job.State, job.Attempt));
        Assert.True(takeover.Elapsed < TimeSpan.FromSeconds(60), $"The takeover took {takeover.Elapsed}.");
        var attempts = job.Attempts.OrderBy(a => a.Number).ToList();
        Assert.Equal([AttemptOutcome.Lost, AttemptOutcome.Succeeded], attempts.Select(a => a.Outcome));
        Assert.NotEqual(attempts[0].WorkerId, attempts[1].WorkerId);
        var items = await platform.ItemsOfAsync(jobId);
        Assert.Equal(new long[] { 7, 8, 9, 10 }, items.Select(i => i.Recipe.Seed));
        Assert.Equal(items.Select(i => i.Id), job.Outputs.OrderBy(o => o.Index).Select(o => o.GalleryItemId!.Value));
    }
}
