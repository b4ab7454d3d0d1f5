using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Extensions;

/// <summary>The extras as libtorch's own operators. Not compiled with the official TorchSharp, which cannot reach them.</summary>
public sealed class NativeOperators : IFusedOperators
{
    private const long ChannelsLast3d = 3;

    private static readonly Operator GeluOp = new("aten::gelu");
    private static readonly Operator EmbeddingOp = new("aten::embedding");
    private static readonly Operator ContiguousOp = new("aten::contiguous");

    /// <inheritdoc/>
    public Tensor gelu_tanh(Tensor x) => GeluOp.Call(x, "tanh");

    /// <inheritdoc/>
    public Tensor embedding(Tensor ids, Tensor weight) => EmbeddingOp.Call(weight, ids);

    /// <inheritdoc/>
    public Tensor channels_last_3d(Tensor x) => ContiguousOp.Call(x, ChannelsLast3d);
}
