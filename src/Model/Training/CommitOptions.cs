using Magvit.Model.Losses;
using Magvit.Model.Masking;

namespace Magvit.Model.Training;

/// <summary>How a transformer's tokens are masked and weighted in training (spec §7); the defaults are the paper's.</summary>
/// <remarks>How the condition reaches the network, and whether it is autoregressive, is part of its shape: <see cref="Transformer.TransformerConfig"/>.</remarks>
public sealed record CommitOptions
{
    /// <summary>The curve that each sample's masked share is drawn from.</summary>
    public MaskSchedule Schedule { get; init; } = MaskSchedule.Cosine;

    /// <summary>Which tokens count in the loss; an autoregressive network counts all.</summary>
    public TokenRoles Weights { get; init; } = TokenRoles.All;

    /// <summary>Label smoothing over the K codes, 0 to below 1.</summary>
    public double LabelSmoothing { get; init; } = MaskedTokenLoss.LabelSmoothing;

    /// <summary>Tokens that tend to be masked together; the paper masks each by itself.</summary>
    public TokenBlock Block { get; init; } = TokenBlock.One;

    /// <summary>Frames given at the start by frame prediction, and at each end by interpolation; 5 for the K600 setting.</summary>
    public int GivenFrames { get; init; } = 1;

    /// <summary>Latent frames that count as given; null takes all that hold a given frame (spec §9: 2 for 5 frames, where the official default is 1).</summary>
    public int? GivenLatentFrames { get; init; }
}
