namespace Magvit.Model.Evaluation;

/// <summary>How well a model does one task.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Clips">Clips generated.</param>
/// <param name="Measurements">The model's metrics by name.</param>
/// <param name="Baseline">The baseline's name; null for tasks without one.</param>
/// <param name="BaselineMeasurements">The baseline's metrics by name; empty without one.</param>
/// <param name="Confidence">The geometric mean of the probabilities of all tokens.</param>
/// <param name="Seconds">Time taken, metrics included.</param>
public sealed record TaskReport(
    string Task, int Clips, IReadOnlyDictionary<string, Measurement> Measurements, string? Baseline,
    IReadOnlyDictionary<string, Measurement> BaselineMeasurements, double Confidence, double Seconds)
{
    /// <summary>How many times the baseline's Frechet distance is the model's; null where either is missing.</summary>
    public double? TimesBetter(string metric) =>
        Measurements.TryGetValue(metric, out var own) && BaselineMeasurements.TryGetValue(metric, out var other) && own.Mean > 0 ? other.Mean / own.Mean : null;
}
