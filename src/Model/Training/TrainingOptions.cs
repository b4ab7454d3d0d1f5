namespace Magvit.Model.Training;

/// <summary>How a network is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>Optimizer steps in all.</summary>
    public required int Steps { get; init; }

    /// <summary>Clips per step.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>The learning rate at the end of the warm-up.</summary>
    public double PeakLearningRate { get; init; } = 1e-4;

    /// <summary>Steps of linear warm-up.</summary>
    public int WarmupSteps { get; init; } = 100;

    /// <summary>Decay of the average of the weights, per step.</summary>
    public double EmaDecay { get; init; } = 0.999;

    /// <summary>Fixes data order, masks and initial weights.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Steps between measurements on held-out clips.</summary>
    public int EvaluateEvery { get; init; } = 200;

    /// <summary>Time between checkpoints, default 3 minutes.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Trains only a tokenizer's decoder: what its tokens mean stays, so a transformer over them stays valid.</summary>
    public bool DecoderOnly { get; init; }

    /// <summary>How often a sample that has a class is not told it, 0 to 1; above 0 the model learns what guidance steers away from. Transformers only.</summary>
    public double LabelDropout { get; init; }

    /// <summary>Computes convolutions and matrix products in bfloat16 over float32 weights.</summary>
    public bool BFloat16 { get; init; } = true;
}
