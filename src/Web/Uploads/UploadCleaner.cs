using Microsoft.Extensions.Options;

namespace Magvit.Web.Uploads;

/// <summary>Removes uploads that were never finished, once an hour.</summary>
internal sealed partial class UploadCleaner(
    UploadStore uploads, IOptions<UploadOptions> options, TimeProvider time, ILogger<UploadCleaner> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
        do
        {
            try
            {
                var removed = uploads.RemoveOlderThan(time.GetUtcNow() - options.Value.KeepUnfinished);
                if (removed > 0)
                {
                    LogRemoved(removed);
                }
            }
            catch (IOException failure)
            {
                LogFailed(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(3101, LogLevel.Information, "Removed {Count} unfinished uploads")]
    private partial void LogRemoved(int count);

    [LoggerMessage(3102, LogLevel.Warning, "Unfinished uploads could not be removed; trying again in an hour")]
    private partial void LogFailed(Exception failure);
}
