using Magvit.Model.Tokenizer;

namespace Magvit.Model.Tests.Training;

/// <summary>The paper's layers and quantizer at a size for tests of training: clips of 4 frames of 16x16 pixels, tokens of 2x8x8.</summary>
internal static class TinyTokenizers
{
    public static TokenizerConfig Paper { get; } = new()
    {
        Frames = 4,
        Height = 16,
        Width = 16,
        BaseChannels = 4,
        ChannelMultipliers = [1, 2],
        TemporalDownsample = [true],
        ResidualBlocks = 1,
        CodebookSize = 32,
        EmbeddingDim = 4,
    };
}
