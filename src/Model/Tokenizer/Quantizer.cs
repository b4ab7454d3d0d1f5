using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>Latents to token ids and back: <see cref="VectorQuantizer"/>, <see cref="FiniteScalarQuantizer"/> or <see cref="LookupFreeQuantizer"/>.</summary>
public abstract class Quantizer(string name) : nn.Module<Tensor, QuantizerOutput>(name)
{
    /// <summary>tau of the softmax over codes in the entropy loss (spec §3).</summary>
    protected const double EntropyTemperature = 0.01;

    /// <summary>K, how many token ids there are.</summary>
    public abstract int CodebookSize { get; }

    /// <summary>Takes the entropy loss of the chosen codes instead of the softmax over all (spec §3).</summary>
    public bool HardEntropy { get; set; }

    /// <summary>Tokens int64 [B, lt, lh, lw] to quantized latents [B, D, lt, lh, lw], float32.</summary>
    public abstract Tensor Lookup(Tensor tokens);

    /// <summary>The quantizer that a configuration asks for.</summary>
    public static Quantizer Create(TokenizerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Quantizer switch
        {
            QuantizerKind.Vq => new VectorQuantizer(config.CodebookSize, config.EmbeddingDim, config.NormalizedCodes),
            QuantizerKind.Fsq => new FiniteScalarQuantizer(config.FsqLevels),
            QuantizerKind.Lfq => new LookupFreeQuantizer(config.CodebookSize),
            _ => throw new ArgumentException($"no quantizer {config.Quantizer}", nameof(config)),
        };
    }
}
