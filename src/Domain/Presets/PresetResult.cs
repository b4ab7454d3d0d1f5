using Magvit.Domain.Generation;

namespace Magvit.Domain.Presets;

/// <summary>What came of a change to a preset.</summary>
/// <param name="Preset">The preset as it is stored now; <see langword="null"/> when nothing was stored.</param>
/// <param name="Problems">What is wrong; empty when the workspace has no such preset.</param>
public sealed record PresetResult(RunPreset? Preset, IReadOnlyList<GenerationProblem> Problems)
{
    /// <summary>The workspace has no such preset.</summary>
    public static PresetResult NotFound { get; } = new(null, []);
}
