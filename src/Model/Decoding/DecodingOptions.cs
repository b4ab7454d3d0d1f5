using System.Text.Json.Serialization;
using Magvit.Model.Masking;

namespace Magvit.Model.Decoding;

/// <summary>How a sample is decoded (spec §8); the defaults are the paper's.</summary>
public sealed record DecodingOptions
{
    /// <summary>Forward passes.</summary>
    public int Steps { get; init; } = 12;

    /// <summary>Weight of the Gumbel noise on the confidence, falling to 0 at the last step; 0 or more.</summary>
    public double ChoiceTemperature { get; init; } = 4.5;

    /// <summary>How many tokens stay unknown after each step.</summary>
    public MaskSchedule Schedule { get; init; } = MaskSchedule.Cosine;

    /// <summary>Divides the logits before sampling a token; 1 samples from the network's own distribution, as the paper does. Null takes what suits the model (model.json).</summary>
    public double? SamplingTemperature { get; init; }

    /// <summary>Only the k likeliest codes are drawn; 0, the paper's, draws from all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the likeliest codes that together reach this probability are drawn; 0, the paper's, draws from all.</summary>
    public double TopP { get; init; }

    /// <summary>w of classifier-free guidance, l_c + w (l_c - l_u); 0, the paper's, costs no second pass. Null takes what suits model and task (model.json).</summary>
    public double? Guidance { get; init; }

    /// <summary>Whether the network is asked a second time, without its condition.</summary>
    [JsonIgnore]
    public bool IsGuided => Guidance is not (null or 0);

    /// <summary>The seed of the sample's own generator.</summary>
    public long Seed { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">Some are out of range; the message lists all.</exception>
    public void Validate()
    {
        var faults = new List<string>();
        void Check(bool isRight, string fault)
        {
            if (!isRight)
            {
                faults.Add(fault);
            }
        }

        Check(Steps >= 1, $"steps: expected 1 or more, got {Steps}");
        Check(ChoiceTemperature >= 0 && double.IsFinite(ChoiceTemperature), $"choice temperature: expected 0 or more, got {ChoiceTemperature}");
        Check(SamplingTemperature is null or > 0, $"sampling temperature: expected above 0, got {SamplingTemperature}");
        Check(TopK >= 0, $"top k: expected 0 (off) or more, got {TopK}");
        Check(TopP is >= 0 and <= 1, $"top p: expected 0 (off) to 1, got {TopP}");
        Check(TopK == 0 || TopP == 0, "top k and top p exclude each other");
        Check(Guidance is not { } weight || double.IsFinite(weight), $"guidance: expected a number, got {Guidance}");
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", faults));
        }
    }
}
