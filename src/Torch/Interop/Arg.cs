using static TorchSharp.torch;

namespace TorchSharp.Interop;

/// <summary>One argument of an operator call; implicit conversions keep the call sites as short as PyTorch's.</summary>
internal readonly struct Arg
{
    public readonly ValueTag Tag;
    public readonly int Count;
    public readonly long Payload;
    public readonly object? Reference;

    private Arg(ValueTag tag, long payload = 0, object? reference = null, int count = 0)
    {
        Tag = tag;
        Payload = payload;
        Reference = reference;
        Count = count;
    }

    /// <summary>Whether <see cref="Count"/> is a length; a device keeps its index there.</summary>
    public bool IsList => Tag is ValueTag.IntList or ValueTag.DoubleList or ValueTag.TensorList or ValueTag.OptionalTensorList;

    public static Arg None => new(ValueTag.None);
    public static Arg Default => new(ValueTag.Default);
    public static Arg Optional(Tensor?[] list) => new(ValueTag.OptionalTensorList, 0, list, list.Length);

    public static implicit operator Arg(Tensor? t) => t is null ? None : new Arg(ValueTag.Tensor, 0, t.Handle);
    public static implicit operator Arg(long v) => new(ValueTag.Int, v);
    public static implicit operator Arg(long? v) => v is { } value ? new Arg(ValueTag.Int, value) : None;
    public static implicit operator Arg(double v) => new(ValueTag.Double, BitConverter.DoubleToInt64Bits(v));
    public static implicit operator Arg(double? v) => v is { } value ? (Arg)value : None;
    public static implicit operator Arg(bool v) => new(ValueTag.Bool, v ? 1 : 0);
    public static implicit operator Arg(long[]? v) => v is null ? None : new Arg(ValueTag.IntList, 0, v, v.Length);
    public static implicit operator Arg(double[]? v) => v is null ? None : new Arg(ValueTag.DoubleList, 0, v, v.Length);
    public static implicit operator Arg(Tensor[] v) => new(ValueTag.TensorList, 0, v, v.Length);
    public static implicit operator Arg(string? v) => v is null ? None : new Arg(ValueTag.String, 0, v);
    public static implicit operator Arg(Generator? v) => v is null ? None : new Arg(ValueTag.Generator, 0, v.Handle);
    public static implicit operator Arg(ScalarType v) => new(ValueTag.Int, (long)v);
    public static implicit operator Arg(ScalarType? v) => v is { } value ? new Arg(ValueTag.Int, (long)value) : None;
    public static implicit operator Arg(Device? v) => v is null ? None : new Arg(ValueTag.Device, (long)v.type, null, v.index);

    public static implicit operator Arg(Scalar? v) => v is null ? None : v.IsIntegral ? new Arg(ValueTag.Int, v.Integer)
        : v.IsBool ? new Arg(ValueTag.Bool, v.Integer)
        : new Arg(ValueTag.Double, BitConverter.DoubleToInt64Bits(v.Real));
}
