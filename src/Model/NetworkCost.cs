using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;

namespace Magvit.Model;

/// <summary>Multiply-accumulate operations of one forward pass over one clip (spec §2.5, §6.5); a floating-point operation is half of one.</summary>
public static class NetworkCost
{
    private const long Kernel = 27;

    /// <summary>Frames to latents; convolutions alone.</summary>
    public static long Encoder(TokenizerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var stages = Stages(config);
        var channels = (long)config.BaseChannels;
        var total = Kernel * 3 * Cube(config.StemPatch) * channels * stages[0].Positions;
        foreach (var (width, positions) in stages)
        {
            total += Residuals(config.ResidualBlocks, channels, width, positions);
            channels = width;
        }

        // What a stage of a block has told is subtracted before the next: all stages but the last have a second map.
        var block = config.LinearBlock ?? TokenBlock.One;
        return total + channels * config.LatentChannels * block.Volume * stages[^1].Positions + Linear(config) * (2 * block.Frames - 1) / block.Frames;
    }

    /// <summary>Quantized latents to frames; convolutions alone.</summary>
    public static long Decoder(TokenizerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var stages = Stages(config);
        var channels = stages[^1].Width;
        var inputs = config.LinearBlock is null ? config.LatentChannels : 3 * Cube(config.StemPatch);
        var total = Kernel * inputs * channels * stages[^1].Positions;
        for (var i = stages.Count - 1; i >= 0; i--)
        {
            total += Residuals(config.DecoderBlocks, channels, stages[i].Width, stages[i].Positions);
            channels = stages[i].Width;
            if (i > 0 && stages[i - 1].Positions != stages[i].Positions)
            {
                total += Kernel * channels * channels * stages[i - 1].Positions;
            }
        }

        return total + Kernel * channels * 3 * Cube(config.StemPatch) * stages[0].Positions + Linear(config);
    }

    /// <summary>The projections and MLPs of a sequence's layers, without attention, embeddings and head.</summary>
    public static long LinearLayers(TransformerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        long d = config.Width;
        return config.Layers * config.SequenceLength * (4 * d * d + 2 * d * config.MlpWidth);
    }

    /// <summary>A sequence to logits: projections, attention, MLP and head.</summary>
    public static long Transformer(TransformerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        long s = config.SequenceLength, d = config.Width, n = config.TokenCount, p = config.PositionCount;
        var layers = LinearLayers(config) + config.Layers * 2 * s * s * d;
        var patches = config.TokenPatch > 1 ? 2 * n * config.EmbeddingWidth * d : 0;
        return layers + patches + p * d * d + n * config.EmbeddingWidth * config.Codes;
    }

    // From the pixels to the latents: each level, and the "mid" blocks once more at the last.
    private static List<(long Width, long Positions)> Stages(TokenizerConfig config)
    {
        var stages = new List<(long Width, long Positions)>();
        long t = config.Frames / config.StemPatch, h = config.Height / config.StemPatch, w = config.Width / config.StemPatch;
        for (var level = 0; level < config.ChannelMultipliers.Count; level++)
        {
            stages.Add(((long)config.BaseChannels * config.ChannelMultipliers[level], t * h * w));
            if (level < config.TemporalDownsample.Count)
            {
                (t, h, w) = (config.TemporalDownsample[level] ? t / 2 : t, h / 2, w / 2);
            }
        }

        stages.Add((stages[^1].Width, t * h * w));
        return stages;
    }

    private static long Residuals(int blocks, long inputs, long outputs, long positions)
    {
        var first = Kernel * inputs * outputs + (inputs == outputs ? 0 : inputs * outputs) + Kernel * outputs * outputs;
        return positions * (first + (blocks - 1) * 2 * Kernel * outputs * outputs);
    }

    // A block's map is as many times larger as the block has tokens, and is applied to as many times fewer places.
    private static long Linear(TokenizerConfig config) => config.LinearPath
        ? (long)config.Geometry.TokenCount * config.LatentChannels * 3 * Cube(config.Geometry.FramesPerToken) * (config.LinearBlock?.Volume ?? 1)
        : 0;

    private static long Cube(long side) => side * side * side;
}
