using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => ViewOp.Call(this, shape);

        public Tensor reshape(params long[] shape) => ReshapeOp.Call(this, shape);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => FlattenOp.Call(this, start_dim, end_dim);

        public Tensor permute(params long[] permutation) => PermuteOp.Call(this, permutation);

        public Tensor transpose(long dim0, long dim1) => TransposeOp.Call(this, dim0, dim1);

        public Tensor t() => TOp.Call(this);

        public Tensor movedim(long[] source, long[] destination) => MovedimOp.Call(this, source, destination);

        public Tensor unsqueeze(long dim) => UnsqueezeOp.Call(this, dim);

        public Tensor squeeze(long? dim = null) => dim is { } d ? SqueezeDim.Call(this, d) : SqueezeAll.Call(this);

        public Tensor expand(params long[] sizes) => ExpandOp.Call(this, sizes);

        public Tensor expand_as(Tensor other) => ExpandOp.Call(this, other.shape);

        public Tensor repeat(params long[] sizes) => RepeatOp.Call(this, sizes);

        public Tensor repeat_interleave(long repeats, long? dim = null) => RepeatInterleaveOp.Call(this, repeats, dim);

        public Tensor flip(params long[] dims) => FlipOp.Call(this, dims);

        public Tensor roll(long shifts, long dims) => RollOp.Call(this, new[] { shifts }, new[] { dims });

        public Tensor contiguous() => ContiguousOp.Call(this);

        public Tensor clone() => CloneOp.Call(this);

        public Tensor detach() => DetachOp.Call(this);

        public Tensor narrow(long dim, long start, long length) => NarrowOp.Call(this, dim, start, length);

        public Tensor select(long dim, long index) => SelectOp.Call(this, dim, index);

        public Tensor slice(long dim, long start, long finish, long step) => SliceOp.Call(this, dim, start, finish, step);

        public Tensor[] chunk(long chunks, long dim = 0) => ChunkOp.CallMany((int)chunks, this, chunks, dim);

        public Tensor[] split(long[] sizes, long dim = 0)
        {
            ArgumentNullException.ThrowIfNull(sizes);
            return SplitOp.CallMany(sizes.Length, this, sizes, dim);
        }

        public Tensor[] unbind(int dim = 0) => UnbindOp.CallMany((int)size(dim), this, (long)dim);

        public Tensor index_select(long dim, Tensor index) => IndexSelectOp.Call(this, dim, index);

        public Tensor gather(long dim, Tensor index) => GatherOp.Call(this, dim, index);

        public Tensor scatter(long dim, Tensor index, Tensor src) => ScatterOp.Call(this, dim, index, src);

        public Tensor scatter_(long dim, Tensor index, Tensor src)
        {
            ScatterInPlace.Run(this, dim, index, src);
            return this;
        }

        public Tensor scatter_add_(long dim, Tensor index, Tensor src)
        {
            ScatterAddInPlace.Run(this, dim, index, src);
            return this;
        }

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha)
        {
            IndexAddInPlace.Run(this, dim, index, source, alpha);
            return this;
        }

        public Tensor masked_select(Tensor mask) => MaskedSelectOp.Call(this, mask);

        public Tensor nonzero() => NonzeroOp.Call(this);

        public Tensor diag(long diagonal = 0) => DiagOp.Call(this, diagonal);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            var result = !copy && dtype == type ? alias() : ToDtype.Call(this, type, non_blocking, copy);
            if (disposeAfter)
            {
                Dispose();
            }

            return result;
        }

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            var result = ToDevice.Call(this, device, dtype, non_blocking, copy);
            if (disposeAfter)
            {
                Dispose();
            }

            return result;
        }

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            var result = ToDevice.Call(this, device, type, non_blocking, copy);
            if (disposeAfter)
            {
                Dispose();
            }

            return result;
        }

        /// <summary>A copy in page-locked memory, from which a CUDA device copies without the processor waiting for it.</summary>
        public Tensor pin_memory() => PinMemory.Call(this, Arg.None);

        public Tensor type_as(Tensor tensor) => to(tensor.dtype);

        public Tensor cpu() => to(CPU);

        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? CUDA, non_blocking: non_blocking);

        public Tensor @float() => to(float32);

        public Tensor @double() => to(float64);

        public Tensor @long() => to(int64);

        public Tensor @bool() => to(ScalarType.Bool);

        public Tensor bfloat16() => to(ScalarType.BFloat16);

        private static readonly Operator ViewOp = new("aten::view");
        private static readonly Operator ReshapeOp = new("aten::reshape");
        private static readonly Operator FlattenOp = new("aten::flatten", "using_ints");
        private static readonly Operator PermuteOp = new("aten::permute");
        private static readonly Operator TransposeOp = new("aten::transpose", "int");
        private static readonly Operator TOp = new("aten::t");
        private static readonly Operator MovedimOp = new("aten::movedim", "intlist");
        private static readonly Operator UnsqueezeOp = new("aten::unsqueeze");
        private static readonly Operator SqueezeDim = new("aten::squeeze", "dim");
        private static readonly Operator SqueezeAll = new("aten::squeeze");
        private static readonly Operator ExpandOp = new("aten::expand");
        private static readonly Operator RepeatOp = new("aten::repeat");
        private static readonly Operator RepeatInterleaveOp = new("aten::repeat_interleave", "self_int");
        private static readonly Operator FlipOp = new("aten::flip");
        private static readonly Operator RollOp = new("aten::roll");
        private static readonly Operator ContiguousOp = new("aten::contiguous");
        private static readonly Operator CloneOp = new("aten::clone");
        private static readonly Operator DetachOp = new("aten::detach");
        private static readonly Operator NarrowOp = new("aten::narrow");
        private static readonly Operator SelectOp = new("aten::select", "int");
        private static readonly Operator SliceOp = new("aten::slice", "Tensor");
        private static readonly Operator ChunkOp = new("aten::chunk");
        private static readonly Operator SplitOp = new("aten::split_with_sizes");
        private static readonly Operator UnbindOp = new("aten::unbind", "int");
        private static readonly Operator IndexSelectOp = new("aten::index_select");
        private static readonly Operator GatherOp = new("aten::gather");
        private static readonly Operator ScatterOp = new("aten::scatter", "src");
        private static readonly Operator ScatterInPlace = new("aten::scatter_", "src");
        private static readonly Operator ScatterAddInPlace = new("aten::scatter_add_");
        private static readonly Operator IndexAddInPlace = new("aten::index_add_");
        private static readonly Operator MaskedSelectOp = new("aten::masked_select");
        private static readonly Operator NonzeroOp = new("aten::nonzero");
        private static readonly Operator DiagOp = new("aten::diag");
        private static readonly Operator ToDtype = new("aten::to", "dtype");
        private static readonly Operator PinMemory = new("aten::pin_memory");
        private static readonly Operator ToDevice = new("aten::to", "device");
    }
}
