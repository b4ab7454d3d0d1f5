using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Extensions;

/// <summary>The extras as libtorch's own operators and those of src/Torch/native/fused_*.cpp. Not compiled with the official TorchSharp, which cannot reach them.</summary>
public sealed class NativeOperators : IFusedOperators
{
    private const long ChannelsLast3d = 3;

    private static readonly Operator GeluOp = new("aten::gelu");
    private static readonly Operator EmbeddingOp = new("aten::embedding");
    private static readonly Operator ContiguousOp = new("aten::contiguous");
    private static readonly Operator AttentionOp = new("magvit::attention");
    private static readonly Operator BiasGeluOp = new("magvit::bias_gelu");
    private static readonly Operator AddNormOp = new("magvit::add_norm");
    private static readonly OrdinaryOperators Ordinary = new();
    private static readonly Operator DrawOp = new("magvit::draw");
    private static readonly Operator InstructionsOp = new("magvit::instructions");
    private static readonly Operator ThreadsOp = new("magvit::threads");
    private static readonly Operator DenseOp = new("magvit::dense");
    private static readonly Operator PacksOp = new("magvit::packs");
    private static readonly Operator PackOp = new("magvit::pack");
    private static readonly Operator LinearOp = new("magvit::linear");
    private static readonly Operator LinearAddNormOp = new("magvit::linear_add_norm");
    private static readonly Operator TiledAttentionOp = new("magvit::tiled_attention");
    private static readonly Operator NormSwishOp = new("magvit::norm_swish");
    private static readonly Operator Conv3dOp = new("magvit::conv3d");
    private static readonly Operator Conv3dPointsOp = new("magvit::conv3d_points");
    private static readonly Operator Conv3dRepeatedOp = new("magvit::conv3d_repeated");
    private static readonly Operator Conv3dRepeatedPointsOp = new("magvit::conv3d_repeated_points");

    /// <inheritdoc/>
    public Tensor gelu_tanh(Tensor x) => GeluOp.Call(x, "tanh");

    /// <inheritdoc/>
    public Tensor embedding(Tensor ids, Tensor weight) => EmbeddingOp.Call(weight, ids);

    /// <inheritdoc/>
    public Tensor channels_last_3d(Tensor x) => ContiguousOp.Call(x, ChannelsLast3d);

    /// <inheritdoc/>
    public bool fuses(ScalarType type, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return type == ScalarType.BFloat16 && device.type == DeviceType.CPU;
    }

    /// <inheritdoc/>
    public Tensor attention(Tensor qkv, Tensor bias, long heads, long batch, long length) => AttentionOp.Call(qkv, bias, heads, batch, length);

    /// <inheritdoc/>
    public Tensor bias_gelu(Tensor y, Tensor bias) => BiasGeluOp.Call(y, bias);

    /// <inheritdoc/>
    public Tensor add_norm(Tensor x, Tensor y, Tensor bias, Tensor weight, Tensor offset, double epsilon) =>
        AddNormOp.Call(x, y, bias, weight, offset, epsilon);

    /// <inheritdoc/>
    public Tensor linear(Tensor x, Tensor weight, Tensor? bias)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.device.type == DeviceType.CPU ? DenseOp.Call(x, weight, bias) : Ordinary.linear(x, weight, bias);
    }

    /// <summary>What products of packed weights use on this processor, or by MAGVIT_INSTRUCTIONS less than that.</summary>
    public static Instructions Instructions => (Instructions)InstructionsOp.CallScalar(-1L).ToInt64();

    /// <summary>How many threads share out the work of operators of our own; as many as libtorch has, or 1 when the binding was built without OpenMP.</summary>
    public static int Threads => (int)ThreadsOp.CallScalar().ToInt64();

    /// <summary>Has all products from now on use no more than these instructions; says what they used before.</summary>
    public static Instructions Limit(Instructions instructions) => (Instructions)InstructionsOp.CallScalar((long)instructions).ToInt64();

    /// <inheritdoc/>
    public bool packs(ScalarType type, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.type == DeviceType.CPU && type is ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Int8 && PacksOp.CallScalar(type).ToBoolean();
    }

    /// <inheritdoc/>
    public Tensor pack(Tensor weight, bool bytes) => PackOp.Call(weight, bytes);

    /// <inheritdoc/>
    public Tensor packed_linear(Tensor x, Tensor packed, Tensor? bias, long outputs, bool gelu, bool full) =>
        LinearOp.Call(x, packed, bias, outputs, gelu, full);

    /// <inheritdoc/>
    public Tensor packed_linear_add_norm(Tensor x, Tensor packed, Tensor bias, Tensor residual, Tensor weight, Tensor offset, double epsilon) =>
        LinearAddNormOp.Call(x, packed, bias, residual, weight, offset, epsilon);

    /// <inheritdoc/>
    public Tensor packed_attention(Tensor qkv, long heads, long batch, long length) => TiledAttentionOp.Call(qkv, heads, batch, length);

    /// <inheritdoc/>
    public (Tensor Codes, Tensor LogProbabilities) draw(Tensor logits, Tensor uniform, Tensor temperatures)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(uniform);
        if (logits.device.type != DeviceType.CPU)
        {
            return Ordinary.draw(logits, uniform, temperatures);
        }

        using var scope = NewDisposeScope();
        var drawn = DrawOp.CallMany(2, logits.contiguous(), uniform.contiguous(), temperatures);
        return (drawn[0].MoveToOuterDisposeScope(), drawn[1].MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public Tensor norm_swish(Tensor x, Tensor weight, Tensor bias, long groups, double epsilon, long frames, long cells) =>
        NormSwishOp.Call(x, weight, bias, groups, epsilon, frames, cells);

    /// <inheritdoc/>
    public Tensor conv3d(Tensor x, Tensor weight, Tensor? bias, long frames, long cells, Tensor? points)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.device.type == DeviceType.CPU ? Conv3dOp.Call(x, weight, bias, frames, cells, points) : Ordinary.conv3d(x, weight, bias, frames, cells, points);
    }

    /// <inheritdoc/>
    public Tensor? conv3d_points(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return weight.device.type == DeviceType.CPU ? NullIfEmpty(Conv3dPointsOp.Call(weight)) : null;
    }

    /// <inheritdoc/>
    public Tensor? conv3d_repeated_points(Tensor weight, bool temporal)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return weight.device.type == DeviceType.CPU ? NullIfEmpty(Conv3dRepeatedPointsOp.Call(weight, temporal)) : null;
    }

    /// <inheritdoc/>
    public Tensor conv3d_repeated(Tensor x, Tensor points, Tensor? bias, bool temporal, bool mirrored) =>
        Conv3dRepeatedOp.Call(x, points, bias, temporal, mirrored);

    private static Tensor? NullIfEmpty(Tensor points)
    {
        if (points.numel() > 0)
        {
            return points;
        }

        points.Dispose();
        return null;
    }
}
