using Magvit.Domain.Jobs;
using Microsoft.Extensions.Logging;

namespace Magvit.Infrastructure.Jobs;

/// <summary>What the queue logs. Event ids 2000 to 2099; never renumber.</summary>
internal static partial class JobLog
{
    [LoggerMessage(2000, LogLevel.Information, "Job {JobId} of kind {Kind} is queued")]
    public static partial void Queued(this ILogger logger, Guid jobId, JobKind kind);

    [LoggerMessage(2001, LogLevel.Information, "Worker {WorkerId} takes job {JobId}, attempt {Attempt}")]
    public static partial void Claimed(this ILogger logger, int workerId, Guid jobId, int attempt);

    [LoggerMessage(2002, LogLevel.Information, "Job {JobId} is {State} now")]
    public static partial void Changed(this ILogger logger, Guid jobId, JobState state);

    [LoggerMessage(2003, LogLevel.Warning, "Job {JobId} was taken back from worker {WorkerId} and is {State} now: {Reason}")]
    public static partial void TakenBack(this ILogger logger, Guid jobId, int? workerId, JobState state, string reason);

    [LoggerMessage(2004, LogLevel.Warning, "A write for job {JobId} came too late: token {Token} no longer holds it")]
    public static partial void LeaseLost(this ILogger logger, Guid jobId, long token);

    [LoggerMessage(2005, LogLevel.Warning, "Looking for lost jobs failed; the next look is in {Interval}")]
    public static partial void TakeBackFailed(this ILogger logger, Exception exception, TimeSpan interval);

    [LoggerMessage(2006, LogLevel.Warning, "Progress of job {JobId} could not be stored")]
    public static partial void ProgressFailed(this ILogger logger, Exception exception, Guid jobId);

    [LoggerMessage(2007, LogLevel.Warning, "The connection that listens for job news broke; it is opened again in {Delay}")]
    public static partial void ListenerBroke(this ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(2008, LogLevel.Error, "A subscriber failed on news of job {JobId}")]
    public static partial void SubscriberFailed(this ILogger logger, Exception exception, Guid jobId);

    [LoggerMessage(2009, LogLevel.Information, "Listening for job news")]
    public static partial void Listening(this ILogger logger);

    [LoggerMessage(2010, LogLevel.Warning, "A job notification could not be read")]
    public static partial void NotificationUnreadable(this ILogger logger, Exception exception);
}
