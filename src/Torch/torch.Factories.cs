using System.Runtime.CompilerServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    private static readonly Operator EmptyOp = new("aten::empty", "memory_format");
    private static readonly Operator FullOp = new("aten::full");
    private static readonly Operator ArangeOp = new("aten::arange", "start_step");
    private static readonly Operator LinspaceOp = new("aten::linspace");
    private static readonly Operator EyeOp = new("aten::eye");
    private static readonly Operator RandpermOp = new("aten::randperm", "generator");
    private static readonly Operator RandintOp = new("aten::randint", "low_generator");
    private static readonly Operator CatOp = new("aten::cat");
    private static readonly Operator StackOp = new("aten::stack");
    private static readonly Operator ZerosLikeOp = new("aten::zeros_like");
    private static readonly Operator EmptyLikeOp = new("aten::empty_like");

    public static Tensor empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Made(EmptyOp.Call(size, dtype ?? float32, Arg.None, device, Arg.None, Arg.None), requires_grad);

    public static Tensor full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Made(FullOp.Call(size, value, dtype ?? float32, Arg.None, device, Arg.None), requires_grad);

    public static Tensor zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        full(size, dtype == ScalarType.Bool ? false : 0, dtype, device, requires_grad);

    public static Tensor zeros(long dim0, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        zeros([dim0], dtype, device, requires_grad);

    public static Tensor ones(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        full(size, dtype == ScalarType.Bool ? true : 1, dtype, device, requires_grad);

    public static Tensor ones(long dim0, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        ones([dim0], dtype, device, requires_grad);

    public static Tensor zeros_like(Tensor input) => ZerosLikeOp.Call(input);

    public static Tensor ones_like(Tensor input) => ZerosLikeOp.Call(input).fill_(1);

    public static Tensor empty_like(Tensor input) => EmptyLikeOp.Call(input);

    public static Tensor full_like(Tensor input, Scalar value) => EmptyLikeOp.Call(input).fill_(value);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null) => arange(0, stop, 1, dtype, device);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null) =>
        arange(start, stop, 1, dtype, device);

    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(stop);
        ArgumentNullException.ThrowIfNull(step);
        return ArangeOp.Call(start, stop, step, dtype ?? (start.IsIntegral && stop.IsIntegral && step.IsIntegral ? int64 : float32), Arg.None, device, Arg.None);
    }

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null) =>
        LinspaceOp.Call((Scalar)start, (Scalar)end, steps, dtype ?? float32, Arg.None, device, Arg.None);

    public static Tensor eye(long rows, ScalarType? dtype = null, Device? device = null) =>
        EyeOp.Call(rows, dtype ?? float32, Arg.None, device, Arg.None);

    public static Tensor rand(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        empty(size, dtype, device).uniform_(0, 1, generator).requires_grad_(requires_grad);

    public static Tensor randn(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        empty(size, dtype, device).normal_(0, 1, generator).requires_grad_(requires_grad);

    public static Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, Generator? generator = null) =>
        RandintOp.Call(low, high, size, generator, dtype ?? int64, Arg.None, device, Arg.None);

    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, Generator? generator = null) =>
        RandpermOp.Call(n, generator, dtype ?? int64, Arg.None, device, Arg.None);

    /// <summary>A tensor of the array's elements in row-major order.</summary>
    /// <exception cref="ArgumentException">The dimensions do not multiply to the array's length.</exception>
    public static Tensor tensor(float[] rawArray, long[] dimensions, ScalarType? dtype = null, Device? device = null) =>
        FromArray(rawArray, dimensions, float32, dtype, device);

    public static Tensor tensor(double[] rawArray, long[] dimensions, ScalarType? dtype = null, Device? device = null) =>
        FromArray(rawArray, dimensions, float64, dtype, device);

    public static Tensor tensor(long[] rawArray, long[] dimensions, ScalarType? dtype = null, Device? device = null) =>
        FromArray(rawArray, dimensions, int64, dtype, device);

    public static Tensor tensor(byte[] rawArray, long[] dimensions, ScalarType? dtype = null, Device? device = null) =>
        FromArray(rawArray, dimensions, uint8, dtype, device);

    public static Tensor tensor(bool[] rawArray, long[] dimensions, ScalarType? dtype = null, Device? device = null) =>
        FromArray(rawArray, dimensions, ScalarType.Bool, dtype, device);

    public static Tensor tensor(long[] rawArray, ScalarType? dtype = null, Device? device = null) =>
        tensor(rawArray, [rawArray?.LongLength ?? 0], dtype, device);

    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null) =>
        tensor(rawArray, [rawArray?.LongLength ?? 0], dtype, device);

    public static Tensor tensor(float scalar, ScalarType? dtype = null, Device? device = null) => full([], scalar, dtype ?? float32, device);

    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device? device = null) => full([], scalar, dtype ?? int64, device);

    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => CatOp.Call(tensors.ToArray(), dim);

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => StackOp.Call(tensors.ToArray(), dim);

    public static Tensor where(Tensor condition, Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.where(condition, y);
    }

    public static Tensor matmul(Tensor input, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.matmul(target);
    }

    private static Tensor Made(Tensor tensor, bool requiresGrad) => requiresGrad ? tensor.requires_grad_() : tensor;

    private static unsafe Tensor FromArray<T>(T[] data, long[] dimensions, ScalarType native, ScalarType? dtype, Device? device) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(dimensions);
        if (dimensions.Aggregate(1L, (a, b) => a * b) != data.LongLength)
        {
            throw new ArgumentException($"dimensions: [{string.Join(", ", dimensions)}] do not hold {data.LongLength} elements", nameof(dimensions));
        }

        nint handle;
        fixed (T* source = data)
        fixed (long* sizes = dimensions)
        {
            NativeMethods.Check(NativeMethods.mgt_tensor_from_bytes(Unsafe.AsPointer(ref *source), sizes, dimensions.Length, (int)native, out handle));
        }

        var tensor = new Tensor(handle);
        var wanted = dtype ?? native;
        if (wanted == native && device is null or { type: DeviceType.CPU } && wanted == native)
        {
            return tensor;
        }

        using (tensor)
        {
            return tensor.to(wanted, device ?? CPU);
        }
    }
}
