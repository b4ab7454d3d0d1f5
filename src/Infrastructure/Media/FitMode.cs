namespace Magvit.Infrastructure.Media;

/// <summary>How a picture of another shape is brought to the size that a model reads.</summary>
public enum FitMode
{
    /// <summary>Scale until the target is covered, then cut off what stands out on both sides.</summary>
    CentreCrop,

    /// <summary>Scale until the whole picture is inside the target, and fill the rest with black.</summary>
    Pad,
}
