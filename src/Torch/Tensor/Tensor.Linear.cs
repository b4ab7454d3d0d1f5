using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => MatmulOp.Call(this, target);

        public Tensor mm(Tensor target) => MmOp.Call(this, target);

        public Tensor bmm(Tensor batch2) => BmmOp.Call(this, batch2);

        public Tensor addmm(Tensor mat1, Tensor mat2) => AddmmOp.Call(this, mat1, mat2);

        private static readonly Operator MatmulOp = new("aten::matmul");
        private static readonly Operator MmOp = new("aten::mm");
        private static readonly Operator BmmOp = new("aten::bmm");
        private static readonly Operator AddmmOp = new("aten::addmm");
    }

    public static class linalg
    {
        private static readonly Operator EighOp = new("aten::linalg_eigh");

        /// <summary>Eigenvalues in ascending order and eigenvectors of a symmetric matrix.</summary>
        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') =>
            EighOp.CallMany(2, input, UPLO.ToString()) is [var values, var vectors] ? (values, vectors) : default;
    }
}
