using static TorchSharp.torch;

namespace TorchSharp.Extensions;

/// <summary>The extras made of operators that the official TorchSharp has: what they mean, and what runs with it.</summary>
public sealed class OrdinaryOperators : IFusedOperators
{
    // Uniform numbers below 1 times a sum stay below the sum, however the product rounds.
    private const double BelowOne = 1 - (1.0 / (1 << 23));

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

    /// <inheritdoc/>
    public bool fuses(ScalarType type, Device device) => false;

    /// <inheritdoc/>
    public Tensor attention(Tensor qkv, Tensor bias, long heads, long batch, long length)
    {
        ArgumentNullException.ThrowIfNull(qkv);
        using var scope = NewDisposeScope();
        var (d, rows) = (qkv.size(1) / 3, batch * length);
        var parts = (qkv.narrow(0, 0, rows) + bias).view(batch, length, 3, heads, d / heads).permute(2, 0, 3, 1, 4).unbind(0);
        var mixed = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2]).transpose(1, 2).reshape(rows, d);
        return cat([mixed, zeros([qkv.size(0) - rows, d], mixed.dtype, mixed.device)], 0).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor bias_gelu(Tensor y, Tensor bias)
    {
        ArgumentNullException.ThrowIfNull(y);
        using var scope = NewDisposeScope();
        return gelu_tanh(y + bias).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor add_norm(Tensor x, Tensor y, Tensor bias, Tensor weight, Tensor offset, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        using var scope = NewDisposeScope();
        return nn.functional.layer_norm(x + (y.to(float32) + bias), [x.size(-1)], weight, offset, epsilon).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor linear(Tensor x, Tensor weight, Tensor? bias)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        using var scope = NewDisposeScope();
        return nn.functional.linear(x, weight.to(x.dtype), bias?.to(x.dtype)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public bool packs(ScalarType type, Device device) => false;

    /// <inheritdoc/>
    /// <remarks>As bytes: rounded to the same steps, but not stored as such; rows of the other factor are not rounded.</remarks>
    public Tensor pack(Tensor weight, bool bytes)
    {
        ArgumentNullException.ThrowIfNull(weight);
        using var scope = NewDisposeScope();
        if (!bytes)
        {
            return weight.clone().MoveToOuterDisposeScope();
        }

        var step = weight.abs().max(1).values.unsqueeze(1) / 127;
        return ((weight / step).round() * step).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor packed_linear(Tensor x, Tensor packed, Tensor? bias, long outputs, bool gelu, bool full)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(packed);
        using var scope = NewDisposeScope();
        var sums = packed.dtype == float64 ? float64 : float32;
        var y = nn.functional.linear(x.to(packed.dtype), packed).to(sums);
        y = bias is null ? y : y + bias;
        return (gelu ? gelu_tanh(y) : y).to(full ? sums : packed.dtype).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor packed_linear_add_norm(Tensor x, Tensor packed, Tensor bias, Tensor residual, Tensor weight, Tensor offset, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(weight);
        using var scope = NewDisposeScope();
        var y = packed_linear(x, packed, bias, weight.size(0), gelu: false, full: true);
        return nn.functional.layer_norm(residual + y, [weight.size(0)], weight, offset, epsilon).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor packed_attention(Tensor qkv, long heads, long batch, long length)
    {
        ArgumentNullException.ThrowIfNull(qkv);
        using var scope = NewDisposeScope();
        return attention(qkv, zeros([qkv.size(1)], qkv.dtype, qkv.device), heads, batch, length).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (Tensor Codes, Tensor LogProbabilities) draw(Tensor logits, Tensor uniform, Tensor temperatures)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(uniform);
        ArgumentNullException.ThrowIfNull(temperatures);
        using var scope = NewDisposeScope();
        var cumulated = nn.functional.softmax(logits / temperatures.view(-1, 1, 1), -1).cumsum(-1);
        var wanted = uniform.unsqueeze(-1) * cumulated.narrow(-1, cumulated.size(-1) - 1, 1) * BelowOne;
        var codes = cumulated.le(wanted).sum(-1);
        var chances = nn.functional.softmax(logits, -1).gather(-1, codes.unsqueeze(-1)).squeeze(-1).log();
        return (codes.MoveToOuterDisposeScope(), chances.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public Tensor norm_swish(Tensor x, Tensor weight, Tensor bias, long groups, double epsilon, long frames, long cells)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = NewDisposeScope();
        var normed = nn.functional.group_norm(x.to(float32), groups, weight, bias, epsilon);
        var mirrored = Mirror(Mirror(Mirror(nn.functional.silu(normed), 2, frames), 3, cells), 4, cells);
        return mirrored.to(x.dtype).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor conv3d(Tensor x, Tensor weight, Tensor? bias, long frames, long cells, Tensor? points)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        using var scope = NewDisposeScope();
        return nn.functional.conv3d(x, weight.to(x.dtype), bias?.to(x.dtype), padding: [frames, cells, cells]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor? conv3d_points(Tensor weight) => null;

    /// <inheritdoc/>
    public Tensor? conv3d_repeated_points(Tensor weight, bool temporal) => null;

    /// <inheritdoc/>
    public Tensor conv3d_repeated(Tensor x, Tensor points, Tensor? bias, bool temporal, bool mirrored) =>
        throw new NotSupportedException("conv3d_repeated: repeat the clip and convolve it, there are no filters for both at once");

    private static Tensor Mirror(Tensor x, int axis, long pad)
    {
        var last = x.size(axis) - 1;
        var places = Enumerable.Range(0, (int)(last + 1 + (2 * pad))).Select(i => Math.Abs(i - pad));
        return pad == 0 ? x : x.index_select(axis, tensor(places.Select(place => last == 0 ? 0 : last - Math.Abs(last - place)).ToArray()));
    }
}
