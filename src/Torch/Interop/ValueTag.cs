namespace TorchSharp.Interop;

/// <summary>What a <see cref="NativeValue"/> holds; the numbers are those of <c>MgtTag</c>.</summary>
internal enum ValueTag
{
    None = 0,
    Tensor = 1,
    Int = 2,
    Double = 3,
    Bool = 4,
    IntList = 5,
    TensorList = 6,
    Device = 7,
    OptionalTensorList = 8,
    String = 9,
    Generator = 10,
    Default = 11,
    DoubleList = 12,
}
