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

    /// <summary>The widest stride through the source clip.</summary>
    public const int MaxInputStride = 64;
}
