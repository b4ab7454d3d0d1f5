using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;

namespace Magvit.Model.Tests;

/// <summary>Networks small enough for tests: clips of 16x16x16, a token grid of 4x4x4.</summary>
internal static class TinyModels
{
    public static TokenizerConfig Tokenizer { get; } = new()
    {
        Height = 16,
        Width = 16,
        BaseChannels = 32,
        ChannelMultipliers = [1],
        TemporalDownsample = [],
        ResidualBlocks = 1,
        StemPatch = 4,
        LinearPath = true,
        Padding = ConvPadding.Zero,
        Quantizer = QuantizerKind.Fsq,
    };

    public static TransformerConfig Transformer(int patch = 2) => new()
    {
        Layers = 2,
        Heads = 2,
        Width = 64,
        MlpWidth = 128,
        TokenPatch = patch,
        EmbeddingWidth = patch == 1 ? 64 : 32,
        Segments = true,
        Dropout = 0,
        Codes = 1000,
        Classes = 3,
        LatentHeight = 4,
        LatentWidth = 4,
    };
}
