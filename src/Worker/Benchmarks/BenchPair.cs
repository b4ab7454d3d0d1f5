namespace Magvit.Worker.Benchmarks;

/// <summary>A figure of ours and the partner's from the same run.</summary>
/// <param name="Ours">Ours.</param>
/// <param name="Partner">PyTorch's; null without one.</param>
internal sealed record BenchPair(double Ours, double? Partner);
