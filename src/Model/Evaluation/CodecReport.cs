namespace Magvit.Model.Evaluation;

/// <summary>A video codec that is given as many bits as the tokens have.</summary>
/// <param name="Codec">Codec and settings.</param>
/// <param name="Counted">Which bytes are counted.</param>
/// <param name="Clips">Clips encoded, the first of the evaluation.</param>
/// <param name="BudgetBytes">Bytes that a clip's tokens have, rounded up.</param>
/// <param name="MeanBytes">Bytes that the codec used, on average.</param>
/// <param name="ClipsOverBudget">Clips that the codec could not make small enough even at its worst quality; they count as they are.</param>
/// <param name="Measurements">The codec's metrics by name.</param>
/// <param name="Tokenizer">The tokenizer's metrics on the same clips.</param>
public sealed record CodecReport(
    string Codec, string Counted, int Clips, int BudgetBytes, double MeanBytes, int ClipsOverBudget,
    IReadOnlyDictionary<string, Measurement> Measurements, IReadOnlyDictionary<string, Measurement> Tokenizer);
