using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>PyTorch's basic and boolean/integer-tensor indexing; an integer tensor may appear at one place.</summary>
        public Tensor this[params TensorIndex[] indices]
        {
            get => Index(indices);
            set
            {
                ArgumentNullException.ThrowIfNull(indices);
                ArgumentNullException.ThrowIfNull(value);
                if (Array.Exists(indices, i => i.Kind == TensorIndex.IndexKind.Tensor))
                {
                    if (indices.Length != 1)
                    {
                        throw new NotSupportedException("assignment by a tensor index takes that index alone");
                    }

                    IndexPutInPlace.Run(this, Arg.Optional([indices[0].Tensor!]), value, false);
                    return;
                }

                using var target = Index(indices);
                target.copy_(value);
            }
        }

        private Tensor Index(TensorIndex[] indices)
        {
            var current = alias();
            var consumed = indices.Count(i => i.Kind is not (TensorIndex.IndexKind.Null or TensorIndex.IndexKind.Ellipsis));
            long dim = 0;
            foreach (var index in indices)
            {
                var before = current;
                switch (index.Kind)
                {
                    case TensorIndex.IndexKind.Single:
                        current = current.select(dim, index.Start!.Value);
                        break;
                    case TensorIndex.IndexKind.Slice:
                        current = SliceOp.Call(current, dim++, index.Start, index.Stop, index.Step ?? 1);
                        break;
                    case TensorIndex.IndexKind.Ellipsis:
                        dim += ndim - consumed;
                        continue;
                    case TensorIndex.IndexKind.Null:
                        current = current.unsqueeze(dim++);
                        break;
                    default:
                        var list = new Tensor?[dim + 1];
                        list[dim] = index.Tensor;
                        current = IndexOp.Call(current, Arg.Optional(list));
                        dim += index.Tensor!.dtype == ScalarType.Bool ? 1 : index.Tensor.ndim;
                        break;
                }

                before.Dispose();
            }

            return current;
        }

        private static readonly Operator IndexOp = new("aten::index", "Tensor");
        private static readonly Operator IndexPutInPlace = new("aten::index_put_");
    }

    /// <summary>One entry between the brackets of <c>tensor[…]</c>.</summary>
    public readonly struct TensorIndex
    {
        internal enum IndexKind
        {
            Colon,
            Single,
            Slice,
            Ellipsis,
            Null,
            Tensor,
        }

        private readonly IndexKind _kind;

        private TensorIndex(IndexKind kind, long? start = null, long? stop = null, long? step = null, Tensor? tensor = null)
        {
            _kind = kind;
            Start = start;
            Stop = stop;
            Step = step;
            Tensor = tensor;
        }

        public static TensorIndex Ellipsis => new(IndexKind.Ellipsis);

        public static TensorIndex Null => new(IndexKind.Null);

        public static TensorIndex Colon => new(IndexKind.Colon);

        internal IndexKind Kind => _kind == IndexKind.Colon ? IndexKind.Slice : _kind;

        internal long? Start { get; }

        internal long? Stop { get; }

        internal long? Step { get; }

        internal Tensor? Tensor { get; }

        public static TensorIndex Single(long index) => new(IndexKind.Single, index);

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new(IndexKind.Slice, start, stop, step);

        public static implicit operator TensorIndex(long index) => Single(index);

        public static implicit operator TensorIndex(Tensor tensor) => new(IndexKind.Tensor, tensor: tensor);

        public static implicit operator TensorIndex(Range range) => Slice(
            range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
            range.End is { IsFromEnd: true, Value: 0 } ? null : range.End.IsFromEnd ? -range.End.Value : range.End.Value);
    }
}
