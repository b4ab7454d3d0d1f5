namespace Magvit.Model.Tokenizer;

/// <summary>What became of each weight in an inflation, by name.</summary>
/// <param name="Copied">Same shape in both networks.</param>
/// <param name="Inflated">2D kernels that became 3D.</param>
/// <param name="LeftRandom">Weights that the 2D network lacks or has in a shape that does not inflate; they keep their random start.</param>
public sealed record InflationReport(IReadOnlyList<string> Copied, IReadOnlyList<string> Inflated, IReadOnlyList<string> LeftRandom);
