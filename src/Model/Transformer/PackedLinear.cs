using static TorchSharp.torch;

namespace Magvit.Model.Transformer;

/// <summary>A linear layer's weights as products of our own read them (<see cref="IFusedOperators.pack"/>), for use alone. Later changes of the weights are not seen.</summary>
internal sealed class PackedLinear : IDisposable
{
    private readonly Tensor _panels;
    private readonly Tensor _bias;
    private readonly long _outputs;
    private readonly bool _isFull;

    /// <summary>Packs weights [N, K] and a bias [N].</summary>
    /// <param name="weight">The weights.</param>
    /// <param name="bias">The bias; it stays in float32.</param>
    /// <param name="precision">The type of products, and of what comes out.</param>
    /// <param name="bytes">Products of bytes instead.</param>
    public PackedLinear(Tensor weight, Tensor bias, ScalarType precision, bool bytes)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        _panels = FusedOperators.pack(bytes ? weight : weight.to(precision), bytes).DetachFromDisposeScope();
        _bias = bias.to(float32).clone().DetachFromDisposeScope();
        (_outputs, _isFull) = (bias.size(0), precision == float32);
    }

    /// <summary>x W^T + b in the type of products, or float32.</summary>
    public Tensor Forward(Tensor input, bool full = false) => FusedOperators.packed_linear(input, _panels, _bias, _outputs, full: full || _isFull);

    /// <summary>gelu(x W^T + b).</summary>
    public Tensor Gelu(Tensor input) => FusedOperators.packed_linear(input, _panels, _bias, _outputs, gelu: true, full: _isFull);

    /// <summary>LayerNorm of residual + x W^T + b, with the norm's own weight and bias.</summary>
    public Tensor AddNorm(Tensor input, Tensor residual, Tensor weight, Tensor offset, double epsilon) =>
        FusedOperators.packed_linear_add_norm(input, _panels, _bias, residual, weight, offset, epsilon);

    /// <inheritdoc/>
    public void Dispose()
    {
        _panels.Dispose();
        _bias.Dispose();
    }
}
