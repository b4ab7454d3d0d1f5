using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Presets;

/// <summary>Run settings under a name, for everybody in the workspace.</summary>
public sealed class RunPreset
{
    /// <summary>The longest name.</summary>
    public const int MaxName = 80;

    private RunPreset()
    {
    }

    /// <summary>The preset's id, a UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The workspace that shares it.</summary>
    public Guid WorkspaceId { get; private init; }

    /// <summary>Who made it.</summary>
    public Guid CreatedBy { get; private init; }

    /// <summary>Its name, unique among the presets of the workspace that are not in the bin.</summary>
    public string Name { get; private set; } = "";

    /// <summary>What it sets.</summary>
    public RunPresetSettings Settings { get; private set; } = null!;

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When it was put in the bin; <see langword="null"/> while it is not.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>Makes a preset.</summary>
    /// <param name="actor">Who makes it.</param>
    /// <param name="name">Its name.</param>
    /// <param name="settings">What it sets.</param>
    /// <param name="now">The time.</param>
    /// <returns>The new preset.</returns>
    public static RunPreset Create(Actor actor, string name, RunPresetSettings settings, DateTimeOffset now)
    {
        var preset = new RunPreset
        {
            Id = Guid.CreateVersion7(now),
            WorkspaceId = actor.WorkspaceId,
            CreatedBy = actor.UserId,
            Settings = settings,
            CreatedAt = now,
        };
        preset.Rename(name);
        return preset;
    }

    /// <summary>Gives it another name.</summary>
    /// <param name="name">The new name; cut to <see cref="MaxName"/>.</param>
    public void Rename(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name.Trim() is { Length: > MaxName } longName ? longName[..MaxName].TrimEnd() : name.Trim();
    }

    /// <summary>Sets other settings.</summary>
    /// <param name="settings">What it sets from now on.</param>
    public void Replace(RunPresetSettings settings) => Settings = settings;

    /// <summary>Puts it in the bin; the first time counts.</summary>
    /// <param name="now">The time.</param>
    public void Delete(DateTimeOffset now) => DeletedAt ??= now;

    /// <summary>Takes it out of the bin.</summary>
    public void Restore() => DeletedAt = null;
}
