using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;

namespace Magvit.Model;

/// <summary>A named pair of network shapes (design: presets; spec §2, §6).</summary>
/// <param name="Name">Such as magvit-b-128.</param>
/// <param name="Tokenizer">The tokenizer's shape.</param>
/// <param name="Transformer">The transformer's shape for a number of classes.</param>
public sealed record ModelPreset(string Name, TokenizerConfig Tokenizer, Func<int, TransformerConfig> Transformer)
{
    // Before All, which uses it: static members start in the order of the text.
    private static TokenizerConfig DemoTokenizer { get; } = new()
    {
        Height = 64,
        Width = 64,
        BaseChannels = 96,
        ChannelMultipliers = [1],
        ResidualBlocks = 3,
        TemporalDownsample = [],
        StemPatch = 4,
        LinearPath = true,
        Padding = ConvPadding.Zero,
        Quantizer = QuantizerKind.Fsq,
        FsqLevels = [8, 5, 5, 5],
    };

    private static TokenizerConfig SmallTokenizer { get; } = DemoTokenizer with { Height = 32, Width = 32, ResidualBlocks = 1 };

    private static TokenizerConfig TinyTokenizer { get; } = SmallTokenizer with { BaseChannels = 32 };

    // The paper's layers, eight times narrower.
    private static TokenizerConfig TinyPaperTokenizer { get; } = new()
    {
        Height = 32,
        Width = 32,
        BaseChannels = 8,
        ChannelMultipliers = [1, 2, 4],
        TemporalDownsample = [true, true],
        EmbeddingDim = 32,
    };

    /// <summary>All presets.</summary>
    public static IReadOnlyList<ModelPreset> All { get; } =
    [
        // Ours, for two CPU cores: minutes to train, about two seconds a clip.
        new("demo-64", DemoTokenizer, classes => new TransformerConfig
        {
            Layers = 8, Heads = 4, Width = 256, MlpWidth = 1024, TokenPatch = 2, EmbeddingWidth = 128, Segments = true, Dropout = 0,
            Codes = DemoTokenizer.Codes, Classes = classes,
        }),
        // For ablations on two CPU cores: large enough to tell variants apart, minutes to train each.
        new("small-32", SmallTokenizer, classes => new TransformerConfig
        {
            Layers = 4, Heads = 4, Width = 192, MlpWidth = 768, TokenPatch = 2, EmbeddingWidth = 96, Segments = true, Dropout = 0,
            Codes = SmallTokenizer.Codes, Classes = classes, LatentHeight = 8, LatentWidth = 8,
        }),
        // For tests and for trying the commands out: seconds to train, moving blots to look at.
        new("tiny-32", TinyTokenizer, classes => new TransformerConfig
        {
            Layers = 2, Heads = 2, Width = 96, MlpWidth = 384, TokenPatch = 2, EmbeddingWidth = 48, Segments = true, Dropout = 0,
            Codes = TinyTokenizer.Codes, Classes = classes, LatentHeight = 8, LatentWidth = 8,
        }),
        // Likewise, with all that is the paper's own: reflect padding, a learned codebook, a 2D twin to inflate from.
        new("tiny-paper-32", TinyPaperTokenizer, classes => new TransformerConfig
        {
            Layers = 2, Heads = 2, Width = 96, MlpWidth = 384, EmbeddingWidth = 96,
            Codes = TinyPaperTokenizer.Codes, Classes = classes, LatentHeight = 8, LatentWidth = 8,
        }),
        Paper("magvit-b-64", 64, 64, 12, 12, 768),
        Paper("magvit-l-64", 64, 128, 24, 16, 1024),
        Paper("magvit-b-128", 128, 64, 12, 12, 768),
        Paper("magvit-l-128", 128, 128, 24, 16, 1024),
        Paper("magvit-h-128", 128, 128, 32, 16, 1280),
    ];

    /// <summary>The preset of a name.</summary>
    /// <exception cref="ArgumentException">There is no such preset; the message lists all.</exception>
    public static ModelPreset Named(string name) => All.FirstOrDefault(p => p.Name == name)
        ?? throw new ArgumentException($"no preset {name}; there are {string.Join(", ", All.Select(p => p.Name))}", nameof(name));

    private static ModelPreset Paper(string name, int size, int baseChannels, int layers, int heads, int width)
    {
        var tokenizer = new TokenizerConfig
        {
            Height = size,
            Width = size,
            BaseChannels = baseChannels,
            ChannelMultipliers = size == 128 ? [1, 2, 2, 4] : [1, 2, 4],
            TemporalDownsample = size == 128 ? [true, true, false] : [true, true],
        };
        return new ModelPreset(name, tokenizer, classes => new TransformerConfig
        {
            Layers = layers,
            Heads = heads,
            Width = width,
            MlpWidth = 4 * width,
            EmbeddingWidth = width,
            Codes = tokenizer.Codes,
            Classes = classes,
        });
    }
}
