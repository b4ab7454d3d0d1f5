using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static class special
    {
        private static readonly Operator LogSoftmaxOp = new("aten::log_softmax", "int");

        public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => LogSoftmaxOp.Call(input, dim, dtype);
    }
}
