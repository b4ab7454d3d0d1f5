namespace Magvit.Domain.Jobs;

/// <summary>One try at a job.</summary>
public sealed class JobAttempt
{
    private JobAttempt()
    {
    }

    /// <summary>Which try, from 1.</summary>
    public int Number { get; private init; }

    /// <summary>The worker that tried.</summary>
    public int WorkerId { get; private init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; private init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>How it ended.</summary>
    public AttemptOutcome Outcome { get; private set; }

    /// <summary>Why it ended so, when it did not succeed.</summary>
    public string? Reason { get; private set; }

    internal static JobAttempt Begin(int number, int workerId, DateTimeOffset now)
        => new() { Number = number, WorkerId = workerId, StartedAt = now, Outcome = AttemptOutcome.Running };

    internal void End(AttemptOutcome outcome, string? reason, DateTimeOffset now)
    {
        Outcome = outcome;
        Reason = reason;
        EndedAt = now;
    }
}
