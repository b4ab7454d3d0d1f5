using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => SumAll.Call(this, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => SumDims.Call(this, new[] { dim }, keepdim, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            SumDims.Call(this, dim.ToArray(), keepdim, type);

        public Tensor mean() => MeanAll.Call(this, Arg.None);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => MeanDims.Call(this, dimensions, keepdim, type);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            VarDims.Call(type is { } t ? to(t) : this, dimensions, unbiased, keepdim);

        public Tensor std(bool unbiased = true) => StdAll.Call(this, unbiased);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            StdDims.Call(type is { } t ? to(t) : this, dimensions, unbiased, keepdim);

        public Tensor max() => MaxAll.Call(this);

        public Tensor min() => MinAll.Call(this);

        public Tensor amax(long[] dims, bool keepdim = false) => AmaxOp.Call(this, dims, keepdim);

        public Tensor amin(long[] dims, bool keepdim = false) => AminOp.Call(this, dims, keepdim);

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) =>
            MaxDim.CallMany(2, this, dim, keepdim) is [var values, var indexes] ? (values, indexes) : default;

        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) =>
            MinDim.CallMany(2, this, dim, keepdim) is [var values, var indexes] ? (values, indexes) : default;

        public Tensor argmax(long dim, bool keepdim = false) => ArgmaxOp.Call(this, dim, keepdim);

        public Tensor argmin(long dim, bool keepdim = false) => ArgminOp.Call(this, dim, keepdim);

        public Tensor any() => AnyAll.Call(this);

        public Tensor any(long dim, bool keepdim = false) => AnyDim.Call(this, dim, keepdim);

        public Tensor all() => AllAll.Call(this);

        public Tensor all(long dim, bool keepdim = false) => AllDim.Call(this, dim, keepdim);

        public Tensor cumsum(long dim, ScalarType? type = null) => CumsumOp.Call(this, dim, type);

        public Tensor logsumexp(long dim, bool keepdim = false) => LogSumExpOp.Call(this, new[] { dim }, keepdim);

        public Tensor norm(float p = 2.0f) => NormS.Call(this, (double)p);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            SortStable.CallMany(2, this, stable, dim, descending) is [var values, var indices] ? (values, indices) : default;

        public Tensor argsort(long dim = -1, bool descending = false) => ArgsortOp.Call(this, dim, descending);

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            TopkOp.CallMany(2, this, (long)k, (long)dim, largest, sorted) is [var values, var indexes] ? (values, indexes) : default;

        public Tensor bincount(Tensor? weights = null, long minlength = 0) => BincountOp.Call(this, weights, minlength);

        public Tensor softmax(long dim, ScalarType? dtype = null) => SoftmaxOp.Call(this, dim, dtype);

        private static readonly Operator SumAll = new("aten::sum");
        private static readonly Operator SumDims = new("aten::sum", "dim_IntList");
        private static readonly Operator MeanAll = new("aten::mean");
        private static readonly Operator MeanDims = new("aten::mean", "dim");
        private static readonly Operator VarDims = new("aten::var", "dim");
        private static readonly Operator StdAll = new("aten::std");
        private static readonly Operator StdDims = new("aten::std", "dim");
        private static readonly Operator MaxAll = new("aten::max");
        private static readonly Operator MinAll = new("aten::min");
        private static readonly Operator AmaxOp = new("aten::amax");
        private static readonly Operator AminOp = new("aten::amin");
        private static readonly Operator MaxDim = new("aten::max", "dim");
        private static readonly Operator MinDim = new("aten::min", "dim");
        private static readonly Operator ArgmaxOp = new("aten::argmax");
        private static readonly Operator ArgminOp = new("aten::argmin");
        private static readonly Operator AnyAll = new("aten::any");
        private static readonly Operator AnyDim = new("aten::any", "dim");
        private static readonly Operator AllAll = new("aten::all");
        private static readonly Operator AllDim = new("aten::all", "dim");
        private static readonly Operator CumsumOp = new("aten::cumsum");
        private static readonly Operator LogSumExpOp = new("aten::logsumexp");
        private static readonly Operator NormS = new("aten::norm", "Scalar");
        private static readonly Operator SortStable = new("aten::sort", "stable");
        private static readonly Operator ArgsortOp = new("aten::argsort");
        private static readonly Operator TopkOp = new("aten::topk");
        private static readonly Operator BincountOp = new("aten::bincount");
        private static readonly Operator SoftmaxOp = new("aten::softmax", "int");
    }
}
