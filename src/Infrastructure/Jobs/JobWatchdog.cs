using System.Diagnostics.CodeAnalysis;
using Magvit.Domain.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Magvit.Infrastructure.Jobs;

/// <summary>Looks, twice a second in every worker, for jobs of workers that vanished, and takes them back.</summary>
internal sealed class JobWatchdog(IJobQueue queue, IOptions<JobQueueOptions> options, TimeProvider time, ILogger<JobWatchdog> logger) : BackgroundService
{
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The loop must outlive a broken database; the reason is logged.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = options.Value.TakeBackInterval;
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await queue.TakeBackLostAsync(stoppingToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    logger.TakeBackFailed(exception, interval);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
