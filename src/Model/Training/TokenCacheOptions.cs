using Magvit.Model.Masking;

namespace Magvit.Model.Training;

/// <summary>What a token cache holds.</summary>
public sealed record TokenCacheOptions
{
    /// <summary>The tasks whose condition tokens are stored; drawn masks cannot be, and class-conditional generation has none.</summary>
    public IReadOnlyList<GenerationTask> Tasks { get; init; } = TokenCache.Cacheable;

    /// <summary>
    /// Windows of each clip, spread evenly; training takes the nearest to the one that it drew. The default stores every start, which changes
    /// nothing about training; fewer save space and lose some of the variety that random starts bring.
    /// </summary>
    public int WindowsPerClip { get; init; } = int.MaxValue;

    /// <summary>Frames given by the frame tasks; must be what the training will ask for.</summary>
    public int GivenFrames { get; init; } = 1;
}
