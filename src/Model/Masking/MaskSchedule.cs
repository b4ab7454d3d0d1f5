namespace Magvit.Model.Masking;

/// <summary>gamma: the share of tokens that is masked, falling from 1 to 0 (spec §7).</summary>
public enum MaskSchedule
{
    /// <summary>cos(pi r / 2), the default.</summary>
    Cosine,

    /// <summary>1 - r.</summary>
    Uniform,

    /// <summary>1 - N^-(1 - r).</summary>
    Exponential,
}
