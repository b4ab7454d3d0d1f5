namespace Magvit.Model.Training;

/// <summary>How a network is trained.</summary>
/// <remarks>The defaults are those of the demo models; <see cref="PaperTokenizer"/> is stage 1 as published.</remarks>
public sealed record TrainingOptions
{
    /// <summary>Optimizer steps in all.</summary>
    public required int Steps { get; init; }

    /// <summary>Clips per step.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>
    /// Parts that a step's clips are taken in, one after the other, to save memory; their gradients are averaged. The result is that of the whole batch but
    /// for terms over batch means (the quantizer's entropy, LeCAM), which are then means over a part.
    /// </summary>
    public int MicroBatches { get; init; } = 1;

    /// <summary>The learning rate at the end of the warm-up.</summary>
    public double PeakLearningRate { get; init; } = 1e-4;

    /// <summary>Steps of linear warm-up.</summary>
    public int WarmupSteps { get; init; } = 100;

    /// <summary>beta1 of the tokenizer's optimizer; the paper's is 0.</summary>
    public double TokenizerBeta1 { get; init; } = 0.9;

    /// <summary>The norm that gradients are clipped to; infinity does not clip.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Decay of the average of the weights, per step.</summary>
    public double EmaDecay { get; init; } = 0.999;

    /// <summary>Lets the decay rise as (1 + s)/(10 + s) to its final value, so that short runs are not held back by the random start; the paper does not.</summary>
    public bool EmaRampUp { get; init; } = true;

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

    /// <summary>Computes a tokenizer's largest activations twice instead of keeping them (spec §4.3, remat).</summary>
    public bool RecomputeActivations { get; init; }

    /// <summary>Clips in memory at a time.</summary>
    public int MicroBatchSize => BatchSize / MicroBatches;

    /// <summary>Stage 1 as published (spec §4.3): AdamW(0, 0.99) at 1e-4, no clipping, EMA 0.999 from the first weights, float32.</summary>
    /// <param name="steps">S; 37,000 for UCF-101 B.</param>
    /// <param name="batchSize">128 for B, 256 for L.</param>
    /// <param name="warmupSteps">One epoch; 74 for UCF-101 B.</param>
    public static TrainingOptions PaperTokenizer(int steps, int batchSize, int warmupSteps) => new()
    {
        Steps = steps,
        BatchSize = batchSize,
        WarmupSteps = warmupSteps,
        PeakLearningRate = 1e-4,
        TokenizerBeta1 = 0,
        MaxGradientNorm = double.PositiveInfinity,
        EmaRampUp = false,
        BFloat16 = false,
    };

    /// <summary>Refuses what cannot be trained with, all of it at once.</summary>
    /// <exception cref="ArgumentException">Something is out of range.</exception>
    public void Validate()
    {
        var wrong = new List<string>();
        Check(Steps > 0, $"steps: at least 1, got {Steps}");
        Check(BatchSize > 0, $"batch size: at least 1, got {BatchSize}");
        Check(MicroBatches > 0 && BatchSize % Math.Max(1, MicroBatches) == 0, $"micro-batches: must divide the batch of {BatchSize} clips, got {MicroBatches}");
        Check(PeakLearningRate > 0, $"learning rate: above 0, got {PeakLearningRate}");
        Check(WarmupSteps >= 0, $"warm-up: at least 0 steps, got {WarmupSteps}");
        Check(TokenizerBeta1 is >= 0 and < 1, $"beta1: in [0, 1), got {TokenizerBeta1}");
        Check(MaxGradientNorm > 0, $"gradient norm: above 0, got {MaxGradientNorm}");
        Check(EmaDecay is >= 0 and < 1, $"EMA decay: in [0, 1), got {EmaDecay}");
        Check(EvaluateEvery > 0, $"steps between measurements: at least 1, got {EvaluateEvery}");
        if (wrong.Count > 0)
        {
            throw new ArgumentException("training options: " + string.Join("; ", wrong));
        }

        void Check(bool holds, string message)
        {
            if (!holds)
            {
                wrong.Add(message);
            }
        }
    }
}
