using Magvit.Model.Masking;

namespace Magvit.Model.Generation;

/// <summary>A window of a canvas that has been filled.</summary>
/// <param name="Index">Its place in the order of filling, from 0.</param>
/// <param name="Task">What was asked of the model: the paper's task where the known pixels form its region, else a drawn mask.</param>
/// <param name="GivenFrames">Frames given, of the frame tasks.</param>
/// <param name="Frame">First frame in the canvas; windows may reach beyond its borders.</param>
/// <param name="Top">First row.</param>
/// <param name="Left">First column.</param>
/// <param name="UnknownPixels">How many pixels of the canvas (over all frames) it made.</param>
public sealed record CanvasWindow(int Index, GenerationTask Task, int GivenFrames, int Frame, int Top, int Left, long UnknownPixels);
