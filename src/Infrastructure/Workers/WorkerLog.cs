using Microsoft.Extensions.Logging;

namespace Magvit.Infrastructure.Workers;

/// <summary>What a worker's presence logs. Event ids 2100 to 2199; never renumber.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(2100, LogLevel.Information, "Worker {WorkerId} has joined with device {Device}")]
    public static partial void Joined(this ILogger logger, int workerId, string device);

    [LoggerMessage(2101, LogLevel.Error, "Worker {WorkerId} has lost its session, its proof of life: it must stop its jobs")]
    public static partial void SessionLost(this ILogger logger, Exception exception, int workerId);

    [LoggerMessage(2102, LogLevel.Information, "Worker {WorkerId} has signed off")]
    public static partial void Left(this ILogger logger, int workerId);

    [LoggerMessage(2103, LogLevel.Warning, "Worker {WorkerId} could not sign off; others will notice that it is gone")]
    public static partial void SignOffFailed(this ILogger logger, Exception exception, int workerId);
}
