using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Magvit.Domain.Jobs;
using Magvit.Domain.Models;
using Magvit.Domain.Workers;
using Magvit.Worker.Decoding;
using Magvit.Worker.Generation;
using Magvit.Worker.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Magvit.Worker.Jobs;

/// <summary>Joins the platform, takes a few jobs at a time, and ends each in one of three ways: done, failed, or given back.</summary>
internal sealed class WorkerService(
    IWorkerRegistry registry, IModelRegistry modelRegistry, IJobQueue queue, ModelCatalog models, GenerationJobHandler handler,
    DecodingEngine engine, IOptions<DecodingEngineOptions> options, TimeProvider time, ILogger<WorkerService> logger) : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RejoinDelay = TimeSpan.FromSeconds(2);

    // Jobs beside those that are decoded: their files are read or written meanwhile.
    private const int JobsAtTheirFiles = 2;

    private readonly ConcurrentDictionary<Guid, RunningJob> _running = new();

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The worker outlives a broken database; the reason is logged.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var installed = models.Scan();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var presence = await registry.JoinAsync(
                    new WorkerDescription(Environment.MachineName, ComputeDevice.Description, Environment.ProcessId), stoppingToken);
                await modelRegistry.RegisterAsync(presence.WorkerId, installed, stoppingToken);
                logger.Joined(presence.WorkerId, installed.Count);
                await ServeAsync(presence, installed, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
            }
            catch (Exception exception)
            {
                logger.ServingFailed(exception, RejoinDelay);
                await Task.Delay(RejoinDelay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Until the host stops or the proof of life is gone.
    private async Task ServeAsync(IWorkerPresence presence, IReadOnlyList<InstalledModel> installed, CancellationToken stoppingToken)
    {
        using var serving = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, presence.Lost);
        using var onLost = presence.Lost.Register(() => StopAll(StopReason.LeaseLost));
        using var onStopping = stoppingToken.Register(() => StopAll(StopReason.HostStopping));
        presence.CancelRequested += OnCancelRequested;
        var beating = BeatAsync(presence, serving.Token);
        var jobs = new List<Task>();
        try
        {
            var claim = new JobClaim(presence.WorkerId, [JobKind.Generate], [.. installed.Select(m => m.Name)]);
            while (!serving.IsCancellationRequested)
            {
                jobs.RemoveAll(j => j.IsCompleted);
                if (jobs.Count >= Math.Min(options.Value.ConcurrentJobs, engine.BatchSamples + JobsAtTheirFiles))
                {
                    await Task.WhenAny(jobs).WaitAsync(serving.Token);
                }
                else if (await queue.ClaimAsync(claim, serving.Token) is { } job)
                {
                    jobs.Add(RunAsync(job, serving.Token));
                }
                else
                {
                    await presence.WaitForJobAsync(PollInterval, serving.Token);
                }
            }
        }
        catch (OperationCanceledException) when (serving.IsCancellationRequested)
        {
        }
        finally
        {
            presence.CancelRequested -= OnCancelRequested;
            StopAll(StopReason.LeaseLost);
            await Task.WhenAll(jobs);
            await serving.CancelAsync();
            await beating;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever a job throws ends the job, not the worker.")]
    private async Task RunAsync(Job job, CancellationToken serving)
    {
        using var running = new RunningJob(job);
        _running[job.Id] = running;
        if (serving.IsCancellationRequested)
        {
            running.Stop(StopReason.HostStopping);
        }

        try
        {
            await RunToItsEndAsync(running);
            await handler.ForgetPreviewsAsync(running);
        }
        catch (Exception exception)
        {
            // Its end could not be written: when the lease runs out, another worker takes the job over.
            logger.EndingFailed(exception, job.Id);
        }
        finally
        {
            _running.TryRemove(job.Id, out _);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever a job throws is the reason of its failure.")]
    private async Task RunToItsEndAsync(RunningJob running)
    {
        var job = running.Job;
        var started = time.GetTimestamp();
        try
        {
            var results = await handler.RunAsync(running);
            var state = await queue.CompleteAsync(job.Lease, results, CancellationToken.None);
            running.IsStored = state == LeaseState.Held;
            logger.Completed(job.Id, state, time.GetElapsedTime(started).TotalSeconds);
        }
        catch (OperationCanceledException) when (running.Reason != StopReason.None)
        {
            await GiveUpAsync(running);
        }
        catch (Exception exception)
        {
            var (reason, isPermanent) = JobFailures.Describe(exception);
            logger.Failed(exception, job.Id, isPermanent);
            await queue.FailAsync(job.Lease, new JobFailure(reason, isPermanent), CancellationToken.None);
        }
    }

    private async Task GiveUpAsync(RunningJob running)
    {
        logger.Stopped(running.Job.Id, running.Reason);
        switch (running.Reason)
        {
            case StopReason.HostStopping:
                await queue.ReleaseAsync(running.Job.Lease, CancellationToken.None);
                break;
            case StopReason.UserCancelled:
                await queue.AcknowledgeCancelAsync(running.Job.Lease, CancellationToken.None);
                break;
        }
    }

    // A timer of its own, so that a long step does not look like a dead worker.
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A missed beat is made up by the next; the lease outlasts several.")]
    private async Task BeatAsync(IWorkerPresence presence, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(BeatInterval, time);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(cancellationToken);
                var running = _running.Values.ToList();
                await presence.BeatAsync(running.Count > 0, models.LoadedNames, cancellationToken);
                if (running.Count > 0)
                {
                    var states = await queue.HeartbeatAsync([.. running.Select(r => r.Job.Lease)], cancellationToken);
                    running.ForEach(r => StopIfTold(r, states[r.Job.Lease]));
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
            }
            catch (Exception exception)
            {
                logger.BeatFailed(exception);
            }
        }
    }

    private static void StopIfTold(RunningJob running, LeaseState state)
    {
        if (state != LeaseState.Held)
        {
            running.Stop(state == LeaseState.CancelRequested ? StopReason.UserCancelled : StopReason.LeaseLost);
        }
    }

    private void OnCancelRequested(Guid jobId)
    {
        if (_running.TryGetValue(jobId, out var running))
        {
            running.Stop(StopReason.UserCancelled);
        }
    }

    private void StopAll(StopReason reason)
    {
        foreach (var running in _running.Values)
        {
            running.Stop(reason);
        }
    }
}
