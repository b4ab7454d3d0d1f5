namespace Magvit.Worker.Jobs;

/// <summary>Why a running job is stopped.</summary>
internal enum StopReason
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>The host stops: the job goes back to the queue.</summary>
    HostStopping,

    /// <summary>A user cancelled it.</summary>
    UserCancelled,

    /// <summary>The job belongs to another worker now: nothing may be written.</summary>
    LeaseLost,
}
