namespace Magvit.Domain.Jobs;

/// <summary>What came of a user's wish to cancel or retry a job.</summary>
public enum SteerOutcome
{
    /// <summary>It is done; a running job ends as soon as its worker hears of the cancellation.</summary>
    Done,

    /// <summary>The workspace has no such job.</summary>
    NotFound,

    /// <summary>The job's state does not allow it: it has ended already, or, for a retry, has not failed.</summary>
    NotPossible,
}
