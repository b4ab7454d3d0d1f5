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
    private static readonly Operator NormSwishOp = new("magvit::norm_swish");

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
    public Tensor norm_swish(Tensor x, Tensor weight, Tensor bias, long groups, double epsilon, long frames, long cells) =>
        NormSwishOp.Call(x, weight, bias, groups, epsilon, frames, cells);
}
