using Magvit.Model.Transformer;
using static TorchSharp.torch;

namespace Magvit.Worker.Benchmarks;

/// <summary>The linear layers of a transformer's pass, each with rows of random numbers of the width that it takes.</summary>
internal sealed class BenchRows
{
    private readonly List<(Tensor Input, DenseLayer Layer)> _layers;

    /// <summary>Inputs for a batch of clips, with as many rows as the pass has.</summary>
    public BenchRows(MaskedTransformer transformer, int batch)
    {
        var positions = batch * (long)transformer.Config.SequenceLength;
        var rows = transformer.IsBatchInvariant ? positions : MaskedTransformer.RowsForProducts(positions);
        var layers = transformer.named_modules()
            .Where(m => m.name.StartsWith("layers.", StringComparison.Ordinal)).Select(m => m.module).OfType<DenseLayer>().ToList();
        var inputs = layers.Select(Width).Distinct()
            .ToDictionary(width => width, width => randn([rows, width]).to(transformer.Precision, transformer.Device));
        _layers = layers.ConvertAll(layer => (inputs[Width(layer)], layer));
    }

    /// <summary>All products, one after the other.</summary>
    public void Multiply()
    {
        using var _ = no_grad();
        foreach (var (input, layer) in _layers)
        {
            layer.forward(input).Dispose();
        }
    }

    private static long Width(DenseLayer layer) => layer.parameters().First(p => p.dim() == 2).size(1);
}
