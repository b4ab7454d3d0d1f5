namespace Magvit.Domain.Groups;

/// <summary>The groups of all workspaces.</summary>
public interface IJobGroupRepository
{
    /// <summary>Finds a group.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="groupId">The group.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The group, or <see langword="null"/> when that workspace has none with this id.</returns>
    Task<JobGroup?> FindAsync(Guid workspaceId, Guid groupId, CancellationToken cancellationToken);

    /// <summary>The jobs of a group that wait or run, the last first: so none that waits begins while they are cancelled.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Their ids.</returns>
    Task<IReadOnlyList<Guid>> OpenJobsAsync(Guid groupId, CancellationToken cancellationToken);
}
