namespace Magvit.Domain.Jobs;

/// <summary>What came of a submission.</summary>
public enum SubmissionOutcome
{
    /// <summary>The job waits in the queue.</summary>
    Accepted,

    /// <summary>The user had submitted a job with this idempotency key before; that one is returned.</summary>
    Repeated,

    /// <summary>The user has as many waiting jobs as allowed; nothing was stored.</summary>
    QueueFull,
}
