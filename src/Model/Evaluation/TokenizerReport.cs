using Magvit.Model.Metrics;

namespace Magvit.Model.Evaluation;

/// <summary>How well a tokenizer reconstructs, and what a codec makes of the same bits.</summary>
/// <param name="Clips">Clips reconstructed.</param>
/// <param name="TokensPerClip">N.</param>
/// <param name="Codes">K.</param>
/// <param name="BitsPerClip">N log2 K.</param>
/// <param name="Measurements">Metrics by name.</param>
/// <param name="Codebook">How evenly the codes are used over these clips.</param>
/// <param name="Codecs">The yardsticks; empty when none was measured.</param>
/// <param name="Seconds">Time taken.</param>
public sealed record TokenizerReport(
    int Clips, int TokensPerClip, int Codes, double BitsPerClip, IReadOnlyDictionary<string, Measurement> Measurements, CodebookUsage Codebook,
    IReadOnlyList<CodecReport> Codecs, double Seconds);
