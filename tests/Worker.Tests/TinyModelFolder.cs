using Magvit.Model.Checkpoints;
using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;
using static TorchSharp.torch;

namespace Magvit.Worker.Tests;

/// <summary>A models folder with one randomly initialised model: clips of 16x16x16, a token grid of 4x4x4, three classes.</summary>
internal sealed class TinyModelFolder : IDisposable
{
    /// <summary>The name of the only model.</summary>
    public const string ModelName = "tiny";

    /// <summary>The guidance that suits it for tasks with a class.</summary>
    public const double Guidance = 1.5;

    public static readonly string[] ClassNames = ["jump", "run", "walk"];

    /// <summary>Makes the folder.</summary>
    /// <param name="layers">Layers of the transformer: two for speed, many for jobs that take long enough to be interrupted.</param>
    /// <param name="width">Width of the transformer.</param>
    public TinyModelFolder(int layers = 2, int width = 64)
    {
        manual_seed(1);
        var tokenizerConfig = new TokenizerConfig
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
        var transformerConfig = new TransformerConfig
        {
            Layers = layers,
            Heads = 2,
            Width = width,
            MlpWidth = 4 * width,
            TokenPatch = 2,
            EmbeddingWidth = 32,
            Segments = true,
            Codes = tokenizerConfig.Codes,
            Classes = ClassNames.Length,
            LatentHeight = 4,
            LatentWidth = 4,
        };
        using var tokenizer = new VideoTokenizer(tokenizerConfig);
        using var transformer = new MaskedTransformer(transformerConfig);

        // An untrained decoder ends in zeros and makes every clip the same grey.
        nn.init.normal_(tokenizer.named_parameters().Single(p => p.name == "decoder.linear.weight").parameter, 0, 0.3);
        var tokenizerFolder = System.IO.Path.Combine(ModelPath, "tokenizer");
        ModelFolder.Write(tokenizerFolder, tokenizer, new ModelManifest { Kind = "tokenizer", Preset = "tiny", Tokenizer = tokenizerConfig });
        TransformerHash = Write(transformer, new ModelManifest
        {
            Kind = "transformer",
            Preset = "tiny",
            Transformer = transformerConfig,
            ClassNames = ClassNames,
            Guidance = Guidance,
            TokenizerHash = ModelFolder.Hash(tokenizerFolder),
            Licence = "CC0-1.0",
        });
    }

    /// <summary>The models folder, which holds the model's.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("magvit-models-").FullName;

    /// <summary>The model's folder.</summary>
    public string ModelPath => System.IO.Path.Combine(Path, ModelName);

    /// <summary>What recipes call the model's hash.</summary>
    public string TransformerHash { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private string Write(MaskedTransformer transformer, ModelManifest manifest)
    {
        var folder = System.IO.Path.Combine(ModelPath, "transformer");
        ModelFolder.Write(folder, transformer, manifest);
        return ModelFolder.Hash(folder);
    }
}
