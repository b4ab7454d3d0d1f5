namespace Magvit.Domain.Jobs;

/// <summary>What a worker learns from each of its writes.</summary>
public enum LeaseState
{
    /// <summary>The job is the worker's, and the write was done.</summary>
    Held,

    /// <summary>The job is the worker's, but a user wants it cancelled: stop it and say so by <see cref="IJobQueue.AcknowledgeCancelAsync"/>.</summary>
    CancelRequested,

    /// <summary>The job is no longer the worker's; nothing was written. Stop it and throw its result away.</summary>
    Lost,
}
