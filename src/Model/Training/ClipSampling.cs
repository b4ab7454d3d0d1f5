namespace Magvit.Model.Training;

/// <summary>How training windows are cut from clips.</summary>
public sealed record ClipSampling
{
    /// <summary>Every n-th frame of the clip makes the window; 1 takes successive frames.</summary>
    public int FrameStride { get; init; } = 1;

    /// <summary>Whether the window starts anywhere in the clip (spec §4.4), or always at its first frame.</summary>
    public bool RandomStart { get; init; } = true;

    /// <summary>Mirrors every second window from left to right (spec §4.4: BAIR). Not for classes that tell left from right.</summary>
    public bool Flip { get; init; }

    /// <summary>Whether a clip always gives the same window, so that its tokens may be kept.</summary>
    public bool IsFixed => !RandomStart && !Flip;
}
