using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Operators that official TorchSharp does not offer; each equals a few ordinary ones.</summary>
public static class FusedOperators
{
    private static readonly Operator GeluOp = new("aten::gelu");

    /// <summary>GELU by its tanh approximation: 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).</summary>
    public static Tensor gelu_tanh(Tensor x) => GeluOp.Call(x, "tanh");
}
