namespace Magvit.Domain.Workspaces;

/// <summary>A user's place in a workspace.</summary>
public sealed class Member
{
    private Member()
    {
    }

    /// <summary>The workspace.</summary>
    public Guid WorkspaceId { get; private init; }

    /// <summary>The user.</summary>
    public Guid UserId { get; private init; }

    /// <summary>What the user may do there.</summary>
    public MemberRole Role { get; private set; }

    /// <summary>When the user came in.</summary>
    public DateTimeOffset JoinedAt { get; private init; }

    /// <summary>Takes a user into a workspace.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="userId">The user.</param>
    /// <param name="role">What the user may do there.</param>
    /// <param name="now">The time.</param>
    /// <returns>The new membership.</returns>
    public static Member Create(Guid workspaceId, Guid userId, MemberRole role, DateTimeOffset now)
        => new() { WorkspaceId = workspaceId, UserId = userId, Role = role, JoinedAt = now };

    /// <summary>Gives the member another role.</summary>
    /// <param name="role">The new role.</param>
    public void ChangeRole(MemberRole role) => Role = role;

    /// <summary>The member as somebody who acts.</summary>
    /// <returns>The actor.</returns>
    public Actor ToActor() => new(UserId, WorkspaceId, Role);
}
