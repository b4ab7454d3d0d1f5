using Magvit.Model.Transformer;
using static TorchSharp.torch;

namespace Magvit.Worker.Benchmarks;

/// <summary>What the linear layers of a transformer's pass multiply: its weights, and rows of random numbers of the widths that they take.</summary>
internal sealed class BenchRows
{
    private readonly List<(Tensor Input, Tensor Weight)> _products;

    /// <summary>Inputs for a batch of clips, with as many rows as the pass has.</summary>
    public BenchRows(MaskedTransformer transformer, int batch)
    {
        var rows = MaskedTransformer.RowsForProducts(batch * (long)transformer.Config.SequenceLength);
        var weights = transformer.named_parameters()
            .Where(p => p.name.StartsWith("layers.", StringComparison.Ordinal) && p.parameter.dim() == 2)
            .Select(p => p.parameter.detach().to(transformer.Precision)).ToList();
        var inputs = weights.Select(w => w.size(1)).Distinct()
            .ToDictionary(width => width, width => randn([rows, width]).to(transformer.Precision, transformer.Device));
        _products = weights.ConvertAll(w => (inputs[w.size(1)], w));
    }

    /// <summary>All products, one after the other.</summary>
    public void Multiply()
    {
        using var _ = no_grad();
        foreach (var (input, weight) in _products)
        {
            nn.functional.linear(input, weight).Dispose();
        }
    }
}
