namespace Magvit.Worker.Training;

/// <summary>One video of a manifest.</summary>
/// <param name="File">Its path, relative to the manifest's folder or absolute.</param>
/// <param name="ClassName">Its class; null without one.</param>
/// <param name="Split">train or held-out; null when the manifest leaves the choice to us.</param>
internal sealed record ClipManifestRow(string File, string? ClassName, string? Split);
