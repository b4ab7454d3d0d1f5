using Magvit.Domain.Generation;

namespace Magvit.Domain.Models;

/// <summary>What validation needs to know about a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Frames">T, the frames of a clip.</param>
/// <param name="Height">H, the height of a clip in pixels.</param>
/// <param name="Width">W, the width of a clip in pixels.</param>
/// <param name="ClassNames">The classes that it knows.</param>
/// <param name="Tasks">What it can do.</param>
public sealed record ModelCapabilities(
    string Name, int Frames, int Height, int Width, IReadOnlyList<string> ClassNames, IReadOnlyList<GenerationTask> Tasks)
{
    /// <summary>The capabilities of a model.</summary>
    /// <param name="model">The model.</param>
    /// <returns>Its capabilities.</returns>
    public static ModelCapabilities Of(InstalledModel model)
        => new(model.Name, model.Frames, model.Height, model.Width, model.ClassNames, model.Tasks);
}
