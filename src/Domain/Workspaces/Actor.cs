namespace Magvit.Domain.Workspaces;

/// <summary>Somebody who acts in a workspace. Pages and API make one from the signed-in user's membership.</summary>
/// <param name="UserId">The user.</param>
/// <param name="WorkspaceId">The workspace.</param>
/// <param name="Role">The user's role in it.</param>
public sealed record Actor(Guid UserId, Guid WorkspaceId, MemberRole Role)
{
    /// <summary>Whether the actor's role is at least <paramref name="role"/>.</summary>
    /// <param name="role">The least role.</param>
    /// <returns>Whether the actor has it.</returns>
    public bool Has(MemberRole role) => Role >= role;

    /// <summary>Whether the actor may change something that belongs to <paramref name="ownerId"/>: owners and administrators may.</summary>
    /// <param name="ownerId">The user it belongs to.</param>
    /// <returns>Whether the actor may.</returns>
    public bool MayChangeWhatBelongsTo(Guid ownerId) => Has(MemberRole.Admin) || (Has(MemberRole.Creator) && UserId == ownerId);

    /// <summary>Stops whoever has less than <paramref name="role"/>.</summary>
    /// <param name="role">The least role.</param>
    /// <exception cref="AccessDeniedException">The actor's role is less.</exception>
    public void Require(MemberRole role)
    {
        if (!Has(role))
        {
            throw new AccessDeniedException($"This needs the role {role}; you are {Role} here. Ask an administrator of the workspace.");
        }
    }
}
