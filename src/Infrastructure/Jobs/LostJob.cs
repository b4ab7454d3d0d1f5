namespace Magvit.Infrastructure.Jobs;

/// <summary>A running job without a living worker.</summary>
/// <param name="JobId">The job.</param>
/// <param name="IsWorkerGone">Whether the worker's process is gone; else it hangs, and its lease ran out.</param>
internal sealed record LostJob(Guid JobId, bool IsWorkerGone);
