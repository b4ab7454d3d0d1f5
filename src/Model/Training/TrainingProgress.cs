namespace Magvit.Model.Training;

/// <summary>Where a training run stands.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="ClipsPerSecond">Training clips a second since the last report.</param>
/// <param name="Values">Losses and metrics by name.</param>
/// <param name="IsMeasurement">Whether these are figures of held-out clips; while such a report is taken, the averaged weights are in the network.</param>
public sealed record TrainingProgress(
    int Step, int Steps, double ClipsPerSecond, IReadOnlyDictionary<string, double> Values, bool IsMeasurement = false);
