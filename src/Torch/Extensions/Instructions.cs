namespace TorchSharp.Extensions;

/// <summary>What multiplies packed weights on the CPU, each more than the one before; the numbers of native/products.cpp.</summary>
public enum Instructions
{
    /// <summary>Nothing of ours: libtorch's products, and no packed weights.</summary>
    Library,

    /// <summary>AVX2 with fused products, float32.</summary>
    Avx2,

    /// <summary>AVX-512, float32.</summary>
    Avx512,

    /// <summary>AVX-512 with products of bfloat16 numbers.</summary>
    Avx512BFloat16,
}
