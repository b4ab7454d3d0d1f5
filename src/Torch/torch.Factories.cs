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
    private static readonly Operator OnesLikeOp = new("aten::ones_like");
    private static readonly Operator EmptyLikeOp = new("aten::empty_like");
    private static readonly Operator FullLikeOp = new("aten::full_like");

    public static Tensor empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        empty(size.ToArray(), dtype, device, requires_grad);

    public static Tensor empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Made(EmptyOp.Call(size, dtype ?? float32, Arg.None, device, Arg.None, Arg.None), requires_grad);

    public static Tensor full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        full(size.ToArray(), value, dtype, device, requires_grad);

    public static Tensor full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Made(FullOp.Call(size, value, dtype ?? float32, Arg.None, device, Arg.None), requires_grad);

    public static Tensor zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        zeros(size.ToArray(), dtype, device, requires_grad);

    public static Tensor zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        full(size, dtype == ScalarType.Bool ? false : 0, dtype, device, requires_grad);

    public static Tensor zeros(long dim0, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        zeros([dim0], dtype, device, requires_grad);

    public static Tensor ones(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        ones(size.ToArray(), dtype, device, requires_grad);

    public static Tensor ones(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        full(size, dtype == ScalarType.Bool ? true : 1, dtype, device, requires_grad);

    public static Tensor ones(long dim0, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        ones([dim0], dtype, device, requires_grad);

    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Made(ZerosLikeOp.Call(input, dtype, Arg.None, device), requires_grad);

    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Made(OnesLikeOp.Call(input, dtype, Arg.None, device), requires_grad);

    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Made(EmptyLikeOp.Call(input, dtype, Arg.None, device), requires_grad);

    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Made(FullLikeOp.Call(input, value, dtype, Arg.None, device), requires_grad);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(
        Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(stop);
        ArgumentNullException.ThrowIfNull(step);
        var type = dtype ?? (start.IsIntegral && stop.IsIntegral && step.IsIntegral ? int64 : float32);
        return Made(ArangeOp.Call(start, stop, step, type, Arg.None, device, Arg.None), requires_grad);
    }

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Made(LinspaceOp.Call((Scalar)start, (Scalar)end, steps, dtype ?? float32, Arg.None, device, Arg.None), requires_grad);

    public static Tensor eye(long rows, ScalarType? dtype = null, Device? device = null) =>
        EyeOp.Call(rows, dtype ?? float32, Arg.None, device, Arg.None);

    public static Tensor rand(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        rand(size.ToArray(), dtype, device, requires_grad, generator);

    public static Tensor rand(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        empty(size, dtype, device).uniform_(0, 1, generator).requires_grad_(requires_grad);

    public static Tensor randn(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        randn(size.ToArray(), dtype, device, requires_grad, generator);

    public static Tensor randn(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        empty(size, dtype, device).normal_(0, 1, generator).requires_grad_(requires_grad);

    public static Tensor randint(
        long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        Made(RandintOp.Call(low, high, size, generator, dtype ?? int64, Arg.None, device, Arg.None), requires_grad);

    public static Tensor randperm(
        long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        Made(RandpermOp.Call(n, generator, dtype ?? int64, Arg.None, device, Arg.None), requires_grad);

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
}
