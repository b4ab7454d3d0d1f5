using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>The filters of a convolution that is used and not trained, in the form that it computes with (<see cref="IFusedOperators.conv3d_points"/>,
/// <see cref="IFusedOperators.conv3d_repeated_points"/>). Later changes of the weight are not seen.</summary>
internal sealed class FilterPoints : IDisposable
{
    /// <summary>Of a weight [O, C, t, 3, 3] or any other.</summary>
    /// <param name="weight">The filters.</param>
    /// <param name="doublesTime"><see cref="PaddedConv3d.DoublesTime"/>.</param>
    public FilterPoints(Tensor weight, bool? doublesTime)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var points = doublesTime is { } temporal ? FusedOperators.conv3d_repeated_points(weight, temporal) : FusedOperators.conv3d_points(weight);
        Value = points?.DetachFromDisposeScope();
    }

    /// <summary>Null where the convolution computes with the weight itself.</summary>
    public Tensor? Value { get; }

    /// <inheritdoc/>
    public void Dispose() => Value?.Dispose();
}
