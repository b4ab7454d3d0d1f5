namespace Magvit.Domain.Workspaces;

/// <summary>Who belongs where.</summary>
public interface IWorkspaceDirectory
{
    /// <summary>Finds a user's place in the workspace that the user entered first.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The actor, or <see langword="null"/> when the user belongs to no workspace.</returns>
    Task<Actor?> FindActorAsync(Guid userId, CancellationToken cancellationToken);

    /// <summary>Finds a user's place in one workspace.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The actor, or <see langword="null"/> when the user does not belong to it.</returns>
    Task<Actor?> FindActorAsync(Guid userId, Guid workspaceId, CancellationToken cancellationToken);
}
