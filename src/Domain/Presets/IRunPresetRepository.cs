namespace Magvit.Domain.Presets;

/// <summary>The presets of all workspaces.</summary>
public interface IRunPresetRepository
{
    /// <summary>The presets of a workspace that are not in the bin, by name.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The presets.</returns>
    Task<IReadOnlyList<RunPreset>> ListAsync(Guid workspaceId, CancellationToken cancellationToken);

    /// <summary>Finds a preset.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="presetId">The preset, in the bin or not.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The preset, or <see langword="null"/> when that workspace has none with this id.</returns>
    Task<RunPreset?> FindAsync(Guid workspaceId, Guid presetId, CancellationToken cancellationToken);

    /// <summary>Stores a preset, new or changed.</summary>
    /// <param name="preset">The preset.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Whether it was stored; not when another preset of the workspace has the name.</returns>
    Task<bool> TryStoreAsync(RunPreset preset, CancellationToken cancellationToken);
}
