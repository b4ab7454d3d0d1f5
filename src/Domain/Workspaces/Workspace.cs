namespace Magvit.Domain.Workspaces;

/// <summary>The room a team works in; every row of the platform belongs to one.</summary>
public sealed class Workspace
{
    private Workspace()
    {
    }

    /// <summary>The workspace's id, a UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The name that people see.</summary>
    public string Name { get; private set; } = "";

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When it got the examples that come with the platform; <see langword="null"/> until then. They are offered once: who deletes them is rid of them.</summary>
    public DateTimeOffset? ExamplesAddedAt { get; private set; }

    /// <summary>Makes a workspace.</summary>
    /// <param name="name">The name that people see.</param>
    /// <param name="now">The time.</param>
    /// <returns>The new workspace.</returns>
    public static Workspace Create(string name, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new Workspace { Id = Guid.CreateVersion7(now), Name = name.Trim(), CreatedAt = now };
    }

    /// <summary>Notes that it got its examples; the first time counts.</summary>
    /// <param name="now">The time.</param>
    public void MarkExamplesAdded(DateTimeOffset now) => ExamplesAddedAt ??= now;

    /// <summary>Gives it another name.</summary>
    /// <param name="name">The new name.</param>
    public void Rename(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name.Trim();
    }
}
