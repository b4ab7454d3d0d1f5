using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>The filters of a convolution that is used and not trained, in the form that it computes with (<see cref="IFusedOperators.conv3d_points"/>). Later changes of the weight are not seen.</summary>
internal sealed class FilterPoints : IDisposable
{
    /// <summary>Of a weight [O, C, t, 3, 3] or any other.</summary>
    public FilterPoints(Tensor weight)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        Value = FusedOperators.conv3d_points(weight)?.DetachFromDisposeScope();
    }

    /// <summary>Null where the convolution computes with the weight itself.</summary>
    public Tensor? Value { get; }

    /// <inheritdoc/>
    public void Dispose() => Value?.Dispose();
}
