using Magvit.Model.Decoding;

namespace Magvit.Model.Generation;

/// <summary>How a canvas larger than a clip is filled.</summary>
public sealed record CanvasOptions
{
    /// <summary>How each window is decoded; each has a seed of its own that follows from this one.</summary>
    public DecodingOptions Decoding { get; init; } = new();

    /// <summary>One of the model's classes; tells it to windows that start with given frames, or from nothing. Null for models without classes.</summary>
    public string? ClassName { get; init; }

    /// <summary>Frames that each window takes over from the one before; null takes one latent frame's worth.</summary>
    public int? OverlapFrames { get; init; }

    /// <summary>Rows that each window takes over; null takes half a window.</summary>
    public int? OverlapRows { get; init; }

    /// <summary>Columns that each window takes over; null takes half a window.</summary>
    public int? OverlapColumns { get; init; }
}
