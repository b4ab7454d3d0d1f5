namespace Magvit.Model.Evaluation;

/// <summary>Everything that fixes a <see cref="ClipClassifier"/>'s shape.</summary>
public sealed record ClipClassifierConfig
{
    /// <summary>The classes, in the order of the logits.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Channels of the first layer, a power of two so that they divide into the norms' groups; the last layer has eight times as many.</summary>
    public int BaseChannels { get; init; } = 16;

    /// <summary>The longest side that the first layer sees; larger clips are averaged down by a whole factor.</summary>
    public int LongestSide { get; init; } = 64;
}
