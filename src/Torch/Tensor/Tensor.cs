using TorchSharp.Interop;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor: a counted reference to a libtorch tensor, released by Dispose, a dispose scope or the finalizer.</summary>
    public partial class Tensor : IDisposable
    {
        private const int MaxDims = 12;

        internal Tensor(nint handle)
        {
            Handle = new TensorHandle(handle);
            if (DisposeScope.Current is { } scope)
            {
                OwningScope = scope;
                scope.Include(this);
            }
        }

        /// <summary>How many native tensor references are alive in this process; for leak tests.</summary>
        public static long TotalCount => NativeMethods.mgt_live_tensors();

        internal TensorHandle Handle { get; }

        internal DisposeScope? OwningScope { get; set; }

        public bool IsInvalid => Handle.IsClosed || Handle.IsInvalid;

        internal static Tensor FromNative(in NativeValue value) => value.Tag == ValueTag.Tensor && value.Payload != 0
            ? new Tensor((nint)value.Payload)
            : throw new TorchException("the operator returned no tensor");

        public void Dispose()
        {
            OwningScope?.Remove(this);
            OwningScope = null;
            Handle.Dispose();
        }

        /// <summary>Hands this tensor to the scope outside the one that would dispose it.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningScope?.Remove(this);
            OwningScope = null;
            return this;
        }

        /// <summary>Another owner of the same native tensor.</summary>
        public Tensor alias()
        {
            NativeMethods.Check(NativeMethods.mgt_tensor_alias(Handle, out var alias));
            return new Tensor(alias);
        }

        public unsafe long[] shape
        {
            get
            {
                var info = stackalloc long[8];
                var sizes = stackalloc long[MaxDims];
                var strides = stackalloc long[MaxDims];
                NativeMethods.Check(NativeMethods.mgt_tensor_info(Handle, info, sizes, strides, MaxDims));
                return new ReadOnlySpan<long>(sizes, (int)info[0]).ToArray();
            }
        }

        public unsafe long[] stride()
        {
            var info = stackalloc long[8];
            var sizes = stackalloc long[MaxDims];
            var strides = stackalloc long[MaxDims];
            NativeMethods.Check(NativeMethods.mgt_tensor_info(Handle, info, sizes, strides, MaxDims));
            return new ReadOnlySpan<long>(strides, (int)info[0]).ToArray();
        }

        public long size(int dim) => shape is var s && dim < 0 ? s[s.Length + dim] : s[dim];

        public long[] size() => shape;

        public long ndim => Info(0);

        public long dim() => Info(0);

        public long numel() => shape.Aggregate(1L, (a, b) => a * b);

        public ScalarType dtype => (ScalarType)Info(1);

        public Device device => new((DeviceType)Info(2), (int)Info(3));

        public DeviceType device_type => (DeviceType)Info(2);

        public int device_index => (int)Info(3);

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_leaf => Info(5) != 0;

        public bool is_contiguous() => Info(6) != 0;

        public long element_size() => Info(7);

        public bool is_floating_point() => dtype is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;

        public bool requires_grad
        {
            get => Info(4) != 0;
            set => NativeMethods.Check(NativeMethods.mgt_set_requires_grad(Handle, value ? 1 : 0));
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor? grad
        {
            get
            {
                NativeMethods.Check(NativeMethods.mgt_grad(Handle, out var grad));
                return grad == 0 ? null : new Tensor(grad);
            }

            set
            {
                NativeMethods.Check(NativeMethods.mgt_set_grad(Handle, value?.Handle.DangerousGetHandle() ?? 0));
                GC.KeepAlive(value);
            }
        }

        public void backward() => autograd.backward([this]);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);

        /// <summary>A typed view of the elements; of a copy when the tensor is not contiguous or not on the CPU.</summary>
        /// <exception cref="InvalidOperationException">The tensor's type is not T.</exception>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            var host = device_type == DeviceType.CPU ? this : cpu();
            return new(host.is_contiguous() ? host : host.contiguous());
        }

        /// <summary>The raw bytes of a contiguous CPU tensor; valid while the tensor lives.</summary>
        public unsafe Span<byte> bytes
        {
            get => new((void*)DataPointer(), checked((int)(numel() * element_size())));
            set => value.CopyTo(bytes);
        }

        public T item<T>() where T : unmanaged => data<T>()[0];

        public Scalar ToScalar() => LocalScalar.CallScalar(this);

        public override string ToString() => IsInvalid ? "[disposed tensor]" : $"[{string.Join("x", shape)}], {dtype}, {device}";

        internal unsafe nint DataPointer()
        {
            if (device.type != DeviceType.CPU || !is_contiguous())
            {
                throw new InvalidOperationException($"data needs a contiguous CPU tensor, got {this}: call .cpu().contiguous() first");
            }

            NativeMethods.Check(NativeMethods.mgt_tensor_data(Handle, out var data));
            return data;
        }

        private unsafe long Info(int field)
        {
            var info = stackalloc long[8];
            var sizes = stackalloc long[MaxDims];
            var strides = stackalloc long[MaxDims];
            NativeMethods.Check(NativeMethods.mgt_tensor_info(Handle, info, sizes, strides, MaxDims));
            return info[field];
        }

        private static readonly Operator LocalScalar = new("aten::_local_scalar_dense");
    }
}
