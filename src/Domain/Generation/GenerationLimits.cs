namespace Magvit.Domain.Generation;

/// <summary>The ranges of the numbers in a <see cref="GenerationRequest"/>; both ends are allowed.</summary>
public static class GenerationLimits
{
    /// <summary>The largest seed, 2^53 - 1: browsers count exactly no further.</summary>
    public const long MaxSeed = (1L << 53) - 1;

    /// <summary>The largest number of decoding steps.</summary>
    public const int MaxSteps = 64;

    /// <summary>The highest choice temperature.</summary>
    public const double MaxTemperature = 1000;

    /// <summary>The strongest guidance.</summary>
    public const double MaxGuidance = 20;

    /// <summary>The largest number of clips a request may ask for.</summary>
    public const int MaxSamples = 8;

    /// <summary>The longest result in frames.</summary>
    public const int MaxFrames = 1024;

    /// <summary>The largest width and height of a canvas in pixels.</summary>
    public const int MaxCanvasSide = 1024;

    /// <summary>The most windows that a job may decode, over all its clips: some minutes on a CPU.</summary>
    public const int MaxWindows = 128;

    /// <summary>The largest number of codes to draw from.</summary>
    public const int MaxTopK = 65536;

    /// <summary>The widest stride through the source clip.</summary>
    public const int MaxInputStride = 64;
}
