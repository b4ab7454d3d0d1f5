namespace Magvit.Worker.Benchmarks;

/// <summary>What was measured of a case, both sides in turns in one run.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Preset">The networks' preset.</param>
/// <param name="Batch">Clips at a time.</param>
/// <param name="Precision"><c>float32</c> or <c>bfloat16</c>.</param>
/// <param name="Seconds">Ours: the median of the turns.</param>
/// <param name="PartnerSeconds">The same network in PyTorch; null when there is none, or it cannot do this.</param>
/// <param name="Ratio">How many times faster ours is: the median over turns of partner by ours.</param>
/// <param name="PeakShare">Ours, as a share of the speed of matrix products at this precision in the same turn: the median of the turns.</param>
/// <param name="PartnerError">Why the partner has no figure.</param>
internal sealed record BenchRow(
    string Kind, string Preset, int Batch, string Precision, double Seconds, double? PartnerSeconds, double? Ratio, double? PeakShare, string? PartnerError);
