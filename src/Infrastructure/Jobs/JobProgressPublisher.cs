using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Magvit.Domain.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Magvit.Infrastructure.Jobs;

/// <summary>Writes the latest step of each running job, at most ten times a second, on a task of its own.</summary>
internal sealed class JobProgressPublisher(
    IJobQueue queue, IOptions<JobQueueOptions> options, TimeProvider time, ILogger<JobProgressPublisher> logger)
    : BackgroundService, IJobProgressPublisher
{
    private readonly ConcurrentDictionary<JobLease, JobStep> _latest = new();
    private readonly SemaphoreSlim _published = new(0);

    public void Publish(JobLease lease, JobStep step)
    {
        // A preview that was not written yet stays, when the next step brings none; one that comes late does not take the step back.
        _latest.AddOrUpdate(lease, step, (_, earlier) => step with
        {
            Step = Math.Max(step.Step, earlier.Step),
            PreviewHash = step.PreviewHash ?? earlier.PreviewHash,
        });
        _published.Release();
    }

    public override void Dispose()
    {
        _published.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _published.WaitAsync(stoppingToken);
                foreach (var lease in _latest.Keys)
                {
                    if (_latest.TryRemove(lease, out var step))
                    {
                        await WriteAsync(lease, step, stoppingToken);
                    }
                }

                await Task.Delay(options.Value.ProgressInterval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Progress is a hint; whether the job is still held, the heartbeat finds out.")]
    private async Task WriteAsync(JobLease lease, JobStep step, CancellationToken cancellationToken)
    {
        try
        {
            await queue.ReportProgressAsync(lease, step, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.ProgressFailed(exception, lease.JobId);
        }
    }
}
