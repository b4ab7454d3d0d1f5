using System.Text.Json.Serialization;

namespace Magvit.Model.Tokenizer;

/// <summary>Everything that fixes a tokenizer's shape (spec §2).</summary>
public sealed record TokenizerConfig
{
    /// <summary>T, frames of a clip.</summary>
    public int Frames { get; init; } = 16;

    /// <summary>H, pixels.</summary>
    public required int Height { get; init; }

    /// <summary>W, pixels.</summary>
    public required int Width { get; init; }

    /// <summary>f, channels of the first level.</summary>
    public required int BaseChannels { get; init; }

    /// <summary>Channels of each level as multiples of <see cref="BaseChannels"/>; one level more than there are downsamplings.</summary>
    public required IReadOnlyList<int> ChannelMultipliers { get; init; }

    /// <summary>Whether the downsampling after each level but the last halves time too.</summary>
    public required IReadOnlyList<bool> TemporalDownsample { get; init; }

    /// <summary>Residual blocks of each level, and of the middle.</summary>
    public int ResidualBlocks { get; init; } = 2;

    /// <summary>Pixels per axis (time, height, width alike) that the first layer folds into channels; 1 is the paper's network.</summary>
    public int StemPatch { get; init; } = 1;

    /// <summary>Adds a linear map of whole patches beside encoder and decoder: fast to learn, the convolutions then refine it. Not in the paper.</summary>
    public bool LinearPath { get; init; }

    /// <summary>What convolutions see outside the clip.</summary>
    public ConvPadding Padding { get; init; } = ConvPadding.Reflect;

    /// <summary>How latents become token ids.</summary>
    public QuantizerKind Quantizer { get; init; } = QuantizerKind.Vq;

    /// <summary>K of <see cref="QuantizerKind.Vq"/>.</summary>
    public int CodebookSize { get; init; } = 1024;

    /// <summary>D of <see cref="QuantizerKind.Vq"/>.</summary>
    public int EmbeddingDim { get; init; } = 256;

    /// <summary>Levels per channel of <see cref="QuantizerKind.Fsq"/>; their product is K.</summary>
    public IReadOnlyList<int> FsqLevels { get; init; } = [8, 5, 5, 5];

    /// <summary>K, how many token ids there are.</summary>
    [JsonIgnore]
    public int Codes => Quantizer == QuantizerKind.Vq ? CodebookSize : FsqLevels.Aggregate(1, (a, b) => a * b);

    /// <summary>D, channels between encoder and decoder.</summary>
    [JsonIgnore]
    public int LatentChannels => Quantizer == QuantizerKind.Vq ? EmbeddingDim : FsqLevels.Count;

    /// <summary>The clip and its token grid.</summary>
    [JsonIgnore]
    public ClipGeometry Geometry
    {
        get
        {
            var spatial = StemPatch << TemporalDownsample.Count;
            var temporal = StemPatch << TemporalDownsample.Count(t => t);
            return new ClipGeometry(Frames, Height, Width, Frames / temporal, Height / spatial, Width / spatial);
        }
    }
}
