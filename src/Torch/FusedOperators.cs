using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Operators that official TorchSharp does not offer; each equals a few ordinary ones.</summary>
public static class FusedOperators
{
    private static readonly Operator GeluOp = new("aten::gelu");

    private static readonly Operator ContiguousOp = new("aten::contiguous");

    /// <summary>The same tensor [B, C, T, H, W] with channels innermost in memory, the layout that convolution libraries like best.</summary>
    public static Tensor channels_last_3d(Tensor x) => ContiguousOp.Call(x, 3L);

    /// <summary>GELU by its tanh approximation: 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).</summary>
    public static Tensor gelu_tanh(Tensor x) => GeluOp.Call(x, "tanh");
}
