namespace Magvit.Domain.Generation;

/// <summary>The names of the mask schedules, which say how many tokens are still open after each decoding step.</summary>
public static class GenerationSchedules
{
    /// <summary>Few tokens at first, many at the end: cos(pi/2 * r). The default.</summary>
    public const string Cosine = "cosine";

    /// <summary>The same number of tokens in every step: 1 - r.</summary>
    public const string Uniform = "uniform";

    /// <summary>Exponential.</summary>
    public const string Exp = "exp";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All { get; } = [Cosine, Uniform, Exp];
}
