using Magvit.Model;

namespace Magvit.Worker.Benchmarks;

/// <summary>One row of the benchmark.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Preset">The networks.</param>
/// <param name="Batch">Clips at a time.</param>
/// <param name="BFloat16">Matrix products and convolutions in bfloat16 rather than float32.</param>
internal sealed record BenchCase(BenchKind Kind, ModelPreset Preset, int Batch, bool BFloat16)
{
    /// <summary>Floating-point operations of the case, or 0 where they are not counted.</summary>
    public double Operations => 2.0 * Batch * Kind switch
    {
        BenchKind.Encode => NetworkCost.Encoder(Preset.Tokenizer),
        BenchKind.Decode => NetworkCost.Decoder(Preset.Tokenizer),
        BenchKind.Forward => NetworkCost.Transformer(Preset.Transformer(BenchNetworks.Classes)),
        BenchKind.LinearLayers => NetworkCost.LinearLayers(Preset.Transformer(BenchNetworks.Classes)),
        BenchKind.Clip => NetworkCost.Encoder(Preset.Tokenizer) + NetworkCost.Decoder(Preset.Tokenizer)
            + BenchNetworks.Steps * NetworkCost.Transformer(Preset.Transformer(BenchNetworks.Classes)),
        BenchKind.TrainTokenizer => 3 * (NetworkCost.Encoder(Preset.Tokenizer) + NetworkCost.Decoder(Preset.Tokenizer)),
        _ => 3 * NetworkCost.Transformer(Preset.Transformer(BenchNetworks.Classes)),
    };
}
