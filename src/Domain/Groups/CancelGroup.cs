using Magvit.Domain.Jobs;
using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Groups;

/// <summary>Cancels all jobs of a group that have not ended. Its owner and administrators may.</summary>
/// <param name="groups">Keeps the groups.</param>
/// <param name="queue">Where jobs wait and run.</param>
public sealed class CancelGroup(IJobGroupRepository groups, IJobQueue queue)
{
    /// <summary>Cancels a group.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="groupId">The group.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>How many jobs were cancelled; <see langword="null"/> when the workspace has no such group.</returns>
    /// <exception cref="AccessDeniedException">The group is somebody else's.</exception>
    public async Task<int?> CancelAsync(Actor actor, Guid groupId, CancellationToken cancellationToken)
    {
        if (await groups.FindAsync(actor.WorkspaceId, groupId, cancellationToken) is not { } group)
        {
            return null;
        }

        if (!actor.MayChangeWhatBelongsTo(group.UserId))
        {
            throw new AccessDeniedException("These jobs are somebody else's. Their owner and administrators may cancel them.");
        }

        var cancelled = 0;
        foreach (var jobId in await groups.OpenJobsAsync(groupId, cancellationToken))
        {
            cancelled += await queue.CancelAsync(actor.WorkspaceId, jobId, cancellationToken) == SteerOutcome.Done ? 1 : 0;
        }

        return cancelled;
    }
}
