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

    /// <summary>Residual blocks of each level and of the middle of the decoder; null takes <see cref="ResidualBlocks"/>, as the paper does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? DecoderResidualBlocks { get; init; }

    /// <summary>Pixels per axis (time, height, width alike) that the first layer folds into channels; 1 is the paper's network.</summary>
    public int StemPatch { get; init; } = 1;

    /// <summary>Adds a linear map of whole patches beside encoder and decoder: fast to learn, the convolutions then refine it. Not in the paper.</summary>
    public bool LinearPath { get; init; }

    /// <summary>
    /// Tokens that <see cref="LinearPath"/> maps together, so that they describe their part of the clip as one (<see cref="BlockEncoder"/>); null maps each
    /// alone and all alike. Wants a quantizer without a loss of its own: fsq. Not in the paper.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TokenBlock? LinearBlock { get; init; }

    /// <summary>Kernel size along time of all convolutions wider than 1; 1 makes the network two-dimensional (spec §5).</summary>
    public int KernelFrames { get; init; } = 3;

    /// <summary>What convolutions see outside the clip.</summary>
    public ConvPadding Padding { get; init; } = ConvPadding.Reflect;

    /// <summary>How latents become token ids.</summary>
    public QuantizerKind Quantizer { get; init; } = QuantizerKind.Vq;

    /// <summary>K of <see cref="QuantizerKind.Vq"/> and <see cref="QuantizerKind.Lfq"/>; of the latter a power of two.</summary>
    public int CodebookSize { get; init; } = 1024;

    /// <summary>D of <see cref="QuantizerKind.Vq"/>.</summary>
    public int EmbeddingDim { get; init; } = 256;

    /// <summary>Scales latents and codewords of <see cref="QuantizerKind.Vq"/> to length 1, so that angles alone decide; not in the paper's network (spec §3).</summary>
    public bool NormalizedCodes { get; init; }

    /// <summary>Levels per channel of <see cref="QuantizerKind.Fsq"/>; their product is K.</summary>
    public IReadOnlyList<int> FsqLevels { get; init; } = [8, 5, 5, 5];

    /// <summary>K, how many token ids there are.</summary>
    [JsonIgnore]
    public int Codes => Quantizer == QuantizerKind.Fsq ? FsqLevels.Aggregate(1, (a, b) => a * b) : CodebookSize;

    /// <summary>D, channels between encoder and decoder.</summary>
    [JsonIgnore]
    public int LatentChannels => Quantizer switch
    {
        QuantizerKind.Vq => EmbeddingDim,
        QuantizerKind.Fsq => FsqLevels.Count,
        QuantizerKind.Lfq => int.Log2(CodebookSize),
        _ => throw new InvalidOperationException($"no quantizer {Quantizer}"),
    };

    /// <summary>Residual blocks of each level and of the middle, as the decoder is built.</summary>
    [JsonIgnore]
    public int DecoderBlocks => DecoderResidualBlocks ?? ResidualBlocks;

    /// <summary>The kernel of all convolutions but those that only mix channels.</summary>
    [JsonIgnore]
    public ConvKernel Kernel => new(KernelFrames, 3);

    /// <summary>The clip and its token grid.</summary>
    [JsonIgnore]
    public ClipGeometry Geometry => new(Frames, Height, Width, Frames / FramesPerToken, Height / PixelsPerToken, Width / PixelsPerToken)
    {
        Described = LinearBlock ?? TokenBlock.One,
    };

    private int FramesPerToken => StemPatch << TemporalDownsample.Count(t => t);

    private int PixelsPerToken => StemPatch << TemporalDownsample.Count;

    /// <summary>Refuses a shape that no network can have, with everything that is wrong at once.</summary>
    /// <exception cref="ArgumentException">The clip is not divisible into tokens, or levels and downsamplings do not go together.</exception>
    public void Validate()
    {
        var wrong = new List<string>();
        if (ChannelMultipliers.Count != TemporalDownsample.Count + 1)
        {
            wrong.Add($"{ChannelMultipliers.Count} levels need one downsampling less, got {TemporalDownsample.Count}");
        }

        if (DecoderBlocks < 1)
        {
            wrong.Add($"residual blocks of the decoder: at least 1, got {DecoderBlocks}");
        }

        foreach (var (name, size, unit) in new[] { ("frames", Frames, FramesPerToken), ("height", Height, PixelsPerToken), ("width", Width, PixelsPerToken) })
        {
            if (size < unit || size % unit != 0)
            {
                wrong.Add($"{name}: must be divisible by {unit}, which a token covers, got {size}");
            }
        }

        if (LinearBlock is { } block)
        {
            if (!LinearPath || Quantizer != QuantizerKind.Fsq || TemporalDownsample.Count > 0)
            {
                wrong.Add("a linear block needs the linear path, the quantizer fsq and a stem that makes whole tokens");
            }

            if (wrong.Count == 0 && (block.Volume < 1 || Geometry.LatentFrames % block.Frames != 0 || Geometry.LatentHeight % block.Rows != 0
                || Geometry.LatentWidth % block.Columns != 0))
            {
                wrong.Add($"linear block {block.Frames}x{block.Rows}x{block.Columns}: must divide the token grid "
                    + $"{Geometry.LatentFrames}x{Geometry.LatentHeight}x{Geometry.LatentWidth}");
            }
        }

        if (wrong.Count > 0)
        {
            throw new ArgumentException("tokenizer: " + string.Join("; ", wrong));
        }
    }

    /// <summary>
    /// The 2D-VQ of matching architecture (spec §5): 3x3 convolutions, 2x2 pooling and norms per frame, over clips of one frame. Its weights inflate to this network's.
    /// </summary>
    /// <exception cref="InvalidOperationException">The network folds frames into channels, or maps whole patches: no 2D network matches it.</exception>
    public TokenizerConfig ImageTwin() => StemPatch == 1 && !LinearPath
        ? this with { Frames = 1, KernelFrames = 1, TemporalDownsample = [.. TemporalDownsample.Select(_ => false)] }
        : throw new InvalidOperationException("only a network without stem patches and linear path has a 2D twin (the magvit presets)");
}
