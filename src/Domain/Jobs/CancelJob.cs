using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Jobs;

/// <summary>Cancels a job. Its owner and administrators may.</summary>
/// <param name="queue">Where jobs wait and run.</param>
public sealed class CancelJob(IJobQueue queue)
{
    /// <summary>Cancels a job: a queued one at once, a running one within a decoding step.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="jobId">The job.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="AccessDeniedException">The job is somebody else's.</exception>
    public async Task<SteerOutcome> CancelAsync(Actor actor, Guid jobId, CancellationToken cancellationToken)
    {
        if (await queue.FindAsync(actor.WorkspaceId, jobId, cancellationToken) is not { } job)
        {
            return SteerOutcome.NotFound;
        }

        return actor.MayChangeWhatBelongsTo(job.UserId)
            ? await queue.CancelAsync(actor.WorkspaceId, jobId, cancellationToken)
            : throw new AccessDeniedException("This job is somebody else's. Its owner and administrators may cancel it.");
    }
}
