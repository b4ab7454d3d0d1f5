using static TorchSharp.torch;

namespace TorchSharp.Extensions;

/// <summary>The extras made of operators that the official TorchSharp has: what they mean, and what runs with it.</summary>
public sealed class OrdinaryOperators : IFusedOperators
{
    /// <inheritdoc/>
    public Tensor gelu_tanh(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = NewDisposeScope();
        var inner = (x + x * x * x * 0.044715) * Math.Sqrt(2 / Math.PI);
        return (x * 0.5 * (inner.tanh() + 1)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor embedding(Tensor ids, Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(weight);
        using var scope = NewDisposeScope();
        return weight.index_select(0, ids.reshape(-1)).reshape([.. ids.shape, weight.size(1)]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>A contiguous copy with the channels last, seen through a permutation: the same strides as libtorch's memory format.</remarks>
    public Tensor channels_last_3d(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = NewDisposeScope();
        return x.permute(0, 2, 3, 4, 1).contiguous().permute(0, 4, 1, 2, 3).MoveToOuterDisposeScope();
    }
}
