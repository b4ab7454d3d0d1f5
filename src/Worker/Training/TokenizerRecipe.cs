using Magvit.Model.Losses;
using Magvit.Model.Tokenizer;

namespace Magvit.Worker.Training;

/// <summary>What stage 1 is told beyond what both stages are.</summary>
internal sealed record TokenizerRecipe
{
    /// <summary>Weights of the losses; pixels and the quantizer alone unless said otherwise.</summary>
    public TokenizerLossOptions Losses { get; init; } = TokenizerLossOptions.ReconstructionOnly;

    /// <summary>The folder of weights for the perceptual term; null takes MAGVIT_WEIGHTS.</summary>
    public string? PerceptualWeights { get; init; }

    /// <summary>The perceptual term sees every n-th frame.</summary>
    public int PerceptualStride { get; init; } = 1;

    /// <summary>Trains the 2D twin on single frames, to inflate from (spec §5).</summary>
    public bool IsImageTwin { get; init; }

    /// <summary>The run of a 2D twin to begin from; null begins from random weights.</summary>
    public string? InflateFrom { get; init; }

    /// <summary>How its kernels become three-dimensional.</summary>
    public InflationKind Inflation { get; init; } = InflationKind.Central;

    /// <summary>A trained tokenizer to go on from, whose levels may become deeper; null trains a new one.</summary>
    public string? From { get; init; }

    /// <summary>Trains the decoder of <see cref="From"/> alone.</summary>
    public bool IsDecoderOnly { get; init; }

    /// <summary>Changes the preset's shape; null takes it as it is.</summary>
    public Func<TokenizerConfig, TokenizerConfig>? Shape { get; init; }
}
