using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Groups;

/// <summary>Jobs that were submitted together and are looked at together.</summary>
public sealed class JobGroup
{
    private JobGroup()
    {
    }

    /// <summary>The group's id, a UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The workspace that it belongs to.</summary>
    public Guid WorkspaceId { get; private init; }

    /// <summary>Who submitted it.</summary>
    public Guid UserId { get; private init; }

    /// <summary>Why the jobs belong together.</summary>
    public JobGroupKind Kind { get; private init; }

    /// <summary>The name that people see.</summary>
    public string Title { get; private init; } = "";

    /// <summary>How the jobs are laid out, as JSON: the axes of a sweep, the table of a batch.</summary>
    public string Layout { get; private init; } = "";

    /// <summary>How many jobs it has.</summary>
    public int Size { get; private init; }

    /// <summary>When it was submitted.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>Makes a group.</summary>
    /// <param name="actor">Who submits it.</param>
    /// <param name="kind">Why the jobs belong together.</param>
    /// <param name="title">The name that people see; cut to 200 characters.</param>
    /// <param name="layout">How they are laid out, as JSON.</param>
    /// <param name="size">How many jobs it has.</param>
    /// <param name="now">The time.</param>
    /// <returns>The new group.</returns>
    public static JobGroup Create(Actor actor, JobGroupKind kind, string title, string layout, int size, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        WorkspaceId = actor.WorkspaceId,
        UserId = actor.UserId,
        Kind = kind,
        Title = title[..Math.Min(title.Length, 200)],
        Layout = layout,
        Size = size,
        CreatedAt = now,
    };
}
