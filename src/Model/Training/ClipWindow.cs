namespace Magvit.Model.Training;

/// <summary>A stretch of a clip.</summary>
/// <param name="Clip">The clip's place in its data set.</param>
/// <param name="Start">The first frame.</param>
/// <param name="IsFlipped">Whether it is mirrored from left to right.</param>
public readonly record struct ClipWindow(int Clip, int Start, bool IsFlipped);
