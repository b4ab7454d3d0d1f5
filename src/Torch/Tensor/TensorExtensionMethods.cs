using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>The single element of a tensor in C#'s types, and sizes of element types.</summary>
public static class TensorExtensionMethods
{
    public static double ToDouble(this Tensor value) => value.ToScalar().ToDouble();

    public static float ToSingle(this Tensor value) => value.ToScalar().ToSingle();

    public static long ToInt64(this Tensor value) => value.ToScalar().ToInt64();

    public static int ToInt32(this Tensor value) => value.ToScalar().ToInt32();

    public static bool ToBoolean(this Tensor value) => value.ToScalar().ToBoolean();

    public static Modules.Parameter AsParameter(this Tensor tensor) => new(tensor);

    /// <summary>Bytes of an element.</summary>
    public static int ElementSize(this ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown element type"),
    };
}
