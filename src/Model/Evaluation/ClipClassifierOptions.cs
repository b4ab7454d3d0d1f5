namespace Magvit.Model.Evaluation;

/// <summary>How a <see cref="ClipClassifier"/> is trained.</summary>
public sealed record ClipClassifierOptions
{
    /// <summary>Optimizer steps; after 600 it named 58 % of its own training clips (<c>videos-characters</c>).</summary>
    public int Steps { get; init; } = 2000;

    /// <summary>Clips per step.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>The learning rate at the end of the warm-up.</summary>
    public double PeakLearningRate { get; init; } = 2e-3;

    /// <summary>Fixes data order, augmentation and initial weights.</summary>
    public int Seed { get; init; } = 1;
}
