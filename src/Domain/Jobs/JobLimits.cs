using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Jobs;

/// <summary>How many jobs a user may have, by role; bound from the settings under <c>Platform:JobLimits</c>.</summary>
public sealed record JobLimits
{
    /// <summary>Viewers submit nothing; default 0 waiting, 0 running.</summary>
    public RoleJobLimits Viewer { get; init; } = new(0, 0);

    /// <summary>Creators; default 50 waiting, 4 running.</summary>
    public RoleJobLimits Creator { get; init; } = new(50, 4);

    /// <summary>Trainers; default 100 waiting, 8 running.</summary>
    public RoleJobLimits Trainer { get; init; } = new(100, 8);

    /// <summary>Administrators; default 500 waiting, 16 running.</summary>
    public RoleJobLimits Admin { get; init; } = new(500, 16);

    /// <summary>The limits of a role.</summary>
    /// <param name="role">The role.</param>
    /// <returns>Its limits.</returns>
    public RoleJobLimits For(MemberRole role) => role switch
    {
        MemberRole.Viewer => Viewer,
        MemberRole.Creator => Creator,
        MemberRole.Trainer => Trainer,
        MemberRole.Admin => Admin,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "There is no such role."),
    };
}
