namespace Magvit.Model.Losses;

/// <summary>The weights of stage 1's losses; the defaults are the paper's for frames in [0, 1] (spec §3, §4.2).</summary>
public sealed record TokenizerLossOptions
{
    /// <summary>The demo recipe: pixels and the quantizer alone, no discriminator.</summary>
    public static TokenizerLossOptions ReconstructionOnly { get; } = new() { Perceptual = 0, Adversarial = 0, LeCam = 0 };

    /// <summary>Mean squared error of pixels.</summary>
    public double Pixel { get; init; } = 1;

    /// <summary>Of the <see cref="IPerceptualLoss"/> in use.</summary>
    public double Perceptual { get; init; } = 0.1;

    /// <summary>The generator's side of the game, from step 0; 0 trains without a discriminator.</summary>
    public double Adversarial { get; init; } = 0.1;

    /// <summary>Which game.</summary>
    public AdversarialKind AdversarialKind { get; init; } = AdversarialKind.NonSaturating;

    /// <summary>R1 on real clips.</summary>
    public double GradientPenalty { get; init; } = 10;

    /// <summary>Steps between computations of R1, which then weighs as many times more; 1, every step, is the paper's (spec §13.3 for 16).</summary>
    public int GradientPenaltyEvery { get; init; } = 1;

    /// <summary>LeCAM. The paper uses it without its weight, the official default is 0; 0.001 is MaskBit's (spec §13.3, §16).</summary>
    public double LeCam { get; init; } = 0.001;

    /// <summary>Decay of LeCAM's running means, per step.</summary>
    public double LeCamDecay { get; init; } = 0.999;

    /// <summary>Draws latents to codes.</summary>
    public double Commitment { get; init; } = 0.25;

    /// <summary>Draws codewords to latents.</summary>
    public double Embedding { get; init; } = 1;

    /// <summary>Confident and uniform use of codes.</summary>
    public double Entropy { get; init; } = 0.1;

    /// <summary>Takes the entropies of the chosen codes instead of the softmax over all; off in the paper (spec §3).</summary>
    public bool HardEntropy { get; init; }

    /// <summary>r: the entropy loss weighs 1 + r times as much at first, which falls to 1 over <see cref="EntropyBoostSteps"/>; 0 is the paper's (spec §3, "entropy enlarge").</summary>
    public double EntropyBoost { get; init; }

    /// <summary>Steps over which <see cref="EntropyBoost"/> fades.</summary>
    public int EntropyBoostSteps { get; init; } = 2000;

    /// <summary>The weight of the entropy loss at a step, counted from 0.</summary>
    public double EntropyAt(int step) => Entropy * (1 + EntropyBoost * Math.Max(0, 1 - (double)step / EntropyBoostSteps));
}
