using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Presets;

/// <summary>Makes, renames, replaces, deletes and restores presets. Everybody in the workspace uses them; owners and administrators change them.</summary>
/// <param name="presets">Keeps them.</param>
/// <param name="assets">The masks.</param>
/// <param name="time">The clock.</param>
public sealed class ManagePresets(IRunPresetRepository presets, IAssetRepository assets, TimeProvider time)
{
    /// <summary>How many presets a workspace may have.</summary>
    public const int MaxPresets = 200;

    /// <summary>Makes a preset.</summary>
    /// <param name="actor">Who asks; at least a creator.</param>
    /// <param name="name">Its name.</param>
    /// <param name="settings">What it sets.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The preset, or why there is none.</returns>
    /// <exception cref="AccessDeniedException">The actor may only look.</exception>
    public async Task<PresetResult> CreateAsync(Actor actor, string name, RunPresetSettings settings, CancellationToken cancellationToken)
    {
        actor.Require(MemberRole.Creator);
        if (await ProblemsAsync(actor, name, settings, cancellationToken) is { Count: > 0 } problems)
        {
            return new PresetResult(null, problems);
        }

        if ((await presets.ListAsync(actor.WorkspaceId, cancellationToken)).Count >= MaxPresets)
        {
            return new PresetResult(null, [new GenerationProblem("name", $"A workspace has at most {MaxPresets} presets. Delete some first.", [])]);
        }

        return await StoreAsync(RunPreset.Create(actor, name, settings, time.GetUtcNow()), cancellationToken);
    }

    /// <summary>Gives a preset another name, other settings, or both.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="presetId">The preset.</param>
    /// <param name="name">The new name; <see langword="null"/> keeps it.</param>
    /// <param name="settings">The new settings; <see langword="null"/> keeps them.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The preset, or why it was not changed.</returns>
    /// <exception cref="AccessDeniedException">The preset is somebody else's.</exception>
    public async Task<PresetResult> ChangeAsync(
        Actor actor, Guid presetId, string? name, RunPresetSettings? settings, CancellationToken cancellationToken)
    {
        if (await FindAsync(actor, presetId, cancellationToken) is not { } preset)
        {
            return PresetResult.NotFound;
        }

        if (await ProblemsAsync(actor, name ?? preset.Name, settings ?? preset.Settings, cancellationToken) is { Count: > 0 } problems)
        {
            return new PresetResult(null, problems);
        }

        preset.Rename(name ?? preset.Name);
        preset.Replace(settings ?? preset.Settings);
        return await StoreAsync(preset, cancellationToken);
    }

    /// <summary>Puts a preset in the bin.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="presetId">The preset.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The preset, or why it was not deleted.</returns>
    /// <exception cref="AccessDeniedException">The preset is somebody else's.</exception>
    public async Task<PresetResult> DeleteAsync(Actor actor, Guid presetId, CancellationToken cancellationToken)
    {
        if (await FindAsync(actor, presetId, cancellationToken) is not { } preset)
        {
            return PresetResult.NotFound;
        }

        preset.Delete(time.GetUtcNow());
        return await StoreAsync(preset, cancellationToken);
    }

    /// <summary>Takes a preset out of the bin.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="presetId">The preset.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The preset, or why it stays there.</returns>
    /// <exception cref="AccessDeniedException">The preset is somebody else's.</exception>
    public async Task<PresetResult> RestoreAsync(Actor actor, Guid presetId, CancellationToken cancellationToken)
    {
        if (await FindAsync(actor, presetId, cancellationToken) is not { } preset)
        {
            return PresetResult.NotFound;
        }

        preset.Restore();
        return await StoreAsync(preset, cancellationToken);
    }

    private async Task<RunPreset?> FindAsync(Actor actor, Guid presetId, CancellationToken cancellationToken)
    {
        var preset = await presets.FindAsync(actor.WorkspaceId, presetId, cancellationToken);
        return preset is null || actor.MayChangeWhatBelongsTo(preset.CreatedBy)
            ? preset
            : throw new AccessDeniedException("This preset is somebody else's. Save your settings under a name of your own.");
    }

    private async Task<IReadOnlyList<GenerationProblem>> ProblemsAsync(
        Actor actor, string name, RunPresetSettings settings, CancellationToken cancellationToken)
    {
        List<GenerationProblem> problems = [.. settings.Validate()];
        if (string.IsNullOrWhiteSpace(name))
        {
            problems.Add(new GenerationProblem("name", "Give the preset a name, such as 'Quick look'.", []));
        }

        if (settings.Mask is { } mask && await assets.FindAsync(actor.WorkspaceId, mask, cancellationToken) is null)
        {
            problems.Add(new GenerationProblem("mask", $"There is no mask {mask} in this workspace.", []));
        }

        return problems;
    }

    private async Task<PresetResult> StoreAsync(RunPreset preset, CancellationToken cancellationToken)
        => await presets.TryStoreAsync(preset, cancellationToken)
            ? new PresetResult(preset, [])
            : new PresetResult(null, [new GenerationProblem("name", $"There is a preset named '{preset.Name}' already. Choose another name.", [])]);
}
