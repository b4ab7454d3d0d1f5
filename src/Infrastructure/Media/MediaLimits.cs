namespace Magvit.Infrastructure.Media;

/// <summary>The largest media the platform takes in.</summary>
public static class MediaLimits
{
    /// <summary>Longest side of a picture, in pixels (8K).</summary>
    public const int MaxSide = 8192;

    /// <summary>Longest clip.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromMinutes(20);

    /// <summary>Most frames of a clip: the longest clip at 60 frames a second.</summary>
    public const int MaxFrames = 72_000;

    /// <summary>Most still images that make up one clip.</summary>
    public const int MaxImages = 1_000;

    /// <summary>Slowest row of still images, in pictures a second.</summary>
    public const double MinImageRateHz = 0.5;

    /// <summary>Fastest row of still images, in pictures a second.</summary>
    public const double MaxImageRateHz = 60;
}
