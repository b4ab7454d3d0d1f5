using static TorchSharp.torch;

namespace TorchSharp.Extensions;

/// <summary>The extras of this build: native ones, or ordinary ones with <c>-p:TorchProvider=TorchSharp</c> (docs/decisions/001-torch-binding.md).</summary>
public static class FusedOperators
{
    /// <summary>Who computes them.</summary>
    public static IFusedOperators Provider { get; } =
#if TORCHSHARP
        new OrdinaryOperators();
#else
        new NativeOperators();
#endif

    /// <summary>What products of packed weights use on this processor.</summary>
    public static Instructions Instructions =>
#if TORCHSHARP
        Instructions.Library;
#else
        NativeOperators.Instructions;
#endif

    /// <inheritdoc cref="IFusedOperators.gelu_tanh"/>
    public static Tensor gelu_tanh(Tensor x) => Provider.gelu_tanh(x);

    /// <inheritdoc cref="IFusedOperators.embedding"/>
    public static Tensor embedding(Tensor ids, Tensor weight) => Provider.embedding(ids, weight);

    /// <inheritdoc cref="IFusedOperators.channels_last_3d"/>
    public static Tensor channels_last_3d(Tensor x) => Provider.channels_last_3d(x);

    /// <inheritdoc cref="IFusedOperators.fuses"/>
    public static bool fuses(ScalarType type, Device device) => Provider.fuses(type, device);

    /// <inheritdoc cref="IFusedOperators.attention"/>
    public static Tensor attention(Tensor qkv, Tensor bias, long heads, long batch, long length) => Provider.attention(qkv, bias, heads, batch, length);

    /// <inheritdoc cref="IFusedOperators.bias_gelu"/>
    public static Tensor bias_gelu(Tensor y, Tensor bias) => Provider.bias_gelu(y, bias);

    /// <inheritdoc cref="IFusedOperators.add_norm"/>
    public static Tensor add_norm(Tensor x, Tensor y, Tensor bias, Tensor weight, Tensor offset, double epsilon) =>
        Provider.add_norm(x, y, bias, weight, offset, epsilon);

    /// <inheritdoc cref="IFusedOperators.linear"/>
    public static Tensor linear(Tensor x, Tensor weight, Tensor? bias = null) => Provider.linear(x, weight, bias);

    /// <inheritdoc cref="IFusedOperators.packs"/>
    public static bool packs(ScalarType type, Device device) => Provider.packs(type, device);

    /// <inheritdoc cref="IFusedOperators.pack"/>
    public static Tensor pack(Tensor weight, bool bytes = false) => Provider.pack(weight, bytes);

    /// <inheritdoc cref="IFusedOperators.packed_linear"/>
    public static Tensor packed_linear(Tensor x, Tensor packed, Tensor? bias, long outputs, bool gelu = false, bool full = false) =>
        Provider.packed_linear(x, packed, bias, outputs, gelu, full);

    /// <inheritdoc cref="IFusedOperators.packed_linear_add_norm"/>
    public static Tensor packed_linear_add_norm(Tensor x, Tensor packed, Tensor bias, Tensor residual, Tensor weight, Tensor offset, double epsilon) =>
        Provider.packed_linear_add_norm(x, packed, bias, residual, weight, offset, epsilon);

    /// <inheritdoc cref="IFusedOperators.packed_attention"/>
    public static Tensor packed_attention(Tensor qkv, long heads, long batch, long length) => Provider.packed_attention(qkv, heads, batch, length);

    /// <inheritdoc cref="IFusedOperators.draw"/>
    public static (Tensor Codes, Tensor LogProbabilities) draw(Tensor logits, Tensor uniform, Tensor temperatures) => Provider.draw(logits, uniform, temperatures);

    /// <inheritdoc cref="IFusedOperators.norm_swish"/>
    public static Tensor norm_swish(Tensor x, Tensor weight, Tensor bias, long groups, double epsilon, long frames, long cells) =>
        Provider.norm_swish(x, weight, bias, groups, epsilon, frames, cells);

    /// <inheritdoc cref="IFusedOperators.conv3d"/>
    public static Tensor conv3d(Tensor x, Tensor weight, Tensor? bias, long frames, long cells, Tensor? points = null) =>
        Provider.conv3d(x, weight, bias, frames, cells, points);

    /// <inheritdoc cref="IFusedOperators.conv3d_points"/>
    public static Tensor? conv3d_points(Tensor weight) => Provider.conv3d_points(weight);

    /// <inheritdoc cref="IFusedOperators.conv3d_repeated_points"/>
    public static Tensor? conv3d_repeated_points(Tensor weight, bool temporal) => Provider.conv3d_repeated_points(weight, temporal);

    /// <inheritdoc cref="IFusedOperators.conv3d_repeated"/>
    public static Tensor conv3d_repeated(Tensor x, Tensor points, Tensor? bias, bool temporal, bool mirrored) =>
        Provider.conv3d_repeated(x, points, bias, temporal, mirrored);
}
