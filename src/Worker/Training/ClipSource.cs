namespace Magvit.Worker.Training;

/// <summary>One video of a data set.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">Its name in the data set, <c>class/clip</c>; unique.</param>
/// <param name="Split">train or held-out; null when the data set does not say.</param>
internal sealed record ClipSource(string Path, string Name, string? Split);
