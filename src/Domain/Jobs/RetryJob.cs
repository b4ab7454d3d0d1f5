using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Jobs;

/// <summary>Tries a failed or cancelled job again. Its owner and administrators may.</summary>
/// <param name="queue">Where jobs wait and run.</param>
public sealed class RetryJob(IJobQueue queue)
{
    /// <summary>Puts a failed or cancelled job back into the queue.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="jobId">The job.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="AccessDeniedException">The job is somebody else's.</exception>
    public async Task<SteerOutcome> RetryAsync(Actor actor, Guid jobId, CancellationToken cancellationToken)
    {
        if (await queue.FindAsync(actor.WorkspaceId, jobId, cancellationToken) is not { } job)
        {
            return SteerOutcome.NotFound;
        }

        return actor.MayChangeWhatBelongsTo(job.UserId)
            ? await queue.RetryAsync(actor.WorkspaceId, jobId, cancellationToken)
            : throw new AccessDeniedException("This job is somebody else's. Its owner and administrators may retry it.");
    }
}
