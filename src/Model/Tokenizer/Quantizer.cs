using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>Latents to token ids and back.</summary>
public abstract class Quantizer(string name) : nn.Module<Tensor, QuantizerOutput>(name)
{
    /// <summary>K, how many token ids there are.</summary>
    public abstract int CodebookSize { get; }

    /// <summary>Tokens int64 [B, lt, lh, lw] to quantized latents [B, D, lt, lh, lw], float32.</summary>
    public abstract Tensor Lookup(Tensor tokens);
}
