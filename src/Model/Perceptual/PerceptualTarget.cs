namespace Magvit.Model.Perceptual;

/// <summary>What a perceptual loss compares.</summary>
public enum PerceptualTarget
{
    /// <summary>The LPIPS distance of each pair of frames.</summary>
    Lpips,

    /// <summary>Mean squared difference of the class scores, the form of the official loss (spec §4.2).</summary>
    Scores,
}
