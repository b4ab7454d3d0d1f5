using Magvit.Domain.Jobs;
using Magvit.Worker.Jobs;
using Microsoft.Extensions.Logging;

namespace Magvit.Worker;

/// <summary>Log messages of the worker; event ids 4000 to 4099.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(4000, LogLevel.Information, "Joined as worker {WorkerId} with {Count} models.")]
    public static partial void Joined(this ILogger logger, int workerId, int count);

    [LoggerMessage(4001, LogLevel.Error, "Serving ended unexpectedly; joining again in {Delay}.")]
    public static partial void ServingFailed(this ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(4002, LogLevel.Warning, "The heartbeat failed; it is tried again.")]
    public static partial void BeatFailed(this ILogger logger, Exception exception);

    [LoggerMessage(4010, LogLevel.Information, "Job {JobId} ended as {State} after {Seconds:f1} s.")]
    public static partial void Completed(this ILogger logger, Guid jobId, LeaseState state, double seconds);

    [LoggerMessage(4011, LogLevel.Warning, "Job {JobId} failed (for good: {IsPermanent}).")]
    public static partial void Failed(this ILogger logger, Exception exception, Guid jobId, bool isPermanent);

    [LoggerMessage(4012, LogLevel.Information, "Job {JobId} was stopped: {Reason}.")]
    public static partial void Stopped(this ILogger logger, Guid jobId, StopReason reason);

    [LoggerMessage(4013, LogLevel.Error, "The end of job {JobId} could not be written; another worker takes it over.")]
    public static partial void EndingFailed(this ILogger logger, Exception exception, Guid jobId);

    [LoggerMessage(4020, LogLevel.Warning, "There is no models folder {Folder}.")]
    public static partial void NoModelsFolder(this ILogger logger, string folder);

    [LoggerMessage(4021, LogLevel.Warning, "Model {Name} is left out: {Reason}")]
    public static partial void ModelLeftOut(this ILogger logger, string name, string reason);

    [LoggerMessage(4030, LogLevel.Warning, "The device ran out of memory with {Samples} samples in a pass; {Fewer} from now on.")]
    public static partial void BatchHalved(this ILogger logger, int samples, int fewer);

    [LoggerMessage(4031, LogLevel.Warning, "A pass over {Samples} samples failed; the samples of each job run alone once.")]
    public static partial void BatchFailed(this ILogger logger, Exception exception, int samples);

    [LoggerMessage(4032, LogLevel.Warning, "The device ran out of memory with one sample and its guidance in a pass; guidance takes passes of its own from now on.")]
    public static partial void GuidanceApart(this ILogger logger);
}
