using Magvit.Model.Masking;

namespace Magvit.Model.Decoding;

/// <summary>How a sample is decoded (spec §8); the defaults are the paper's.</summary>
public sealed record DecodingOptions
{
    /// <summary>Forward passes.</summary>
    public int Steps { get; init; } = 12;

    /// <summary>Weight of the Gumbel noise on the confidence, falling to 0 at the last step.</summary>
    public double ChoiceTemperature { get; init; } = 4.5;

    /// <summary>How many tokens stay unknown after each step.</summary>
    public MaskSchedule Schedule { get; init; } = MaskSchedule.Cosine;

    /// <summary>Divides the logits before sampling a token; 1 samples from the network's own distribution, as the paper does. Null takes what suits the model (model.json).</summary>
    public double? SamplingTemperature { get; init; }

    /// <summary>w of classifier-free guidance, l_c + w (l_c - l_u); 0, the paper's, costs no second pass.</summary>
    public double Guidance { get; init; }

    /// <summary>The seed of the sample's own generator.</summary>
    public long Seed { get; init; }
}
