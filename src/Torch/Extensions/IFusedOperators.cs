using static TorchSharp.torch;

namespace TorchSharp.Extensions;

/// <summary>What the official TorchSharp does not offer. Each member equals a few ordinary operators; those of <see cref="OrdinaryOperators"/>.</summary>
public interface IFusedOperators
{
    /// <summary>GELU by its tanh approximation: 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).</summary>
    Tensor gelu_tanh(Tensor x);

    /// <summary>Rows of a table: int64 ids of any shape [...] and weights [V, D] to [..., D].</summary>
    Tensor embedding(Tensor ids, Tensor weight);

    /// <summary>The same tensor [B, C, T, H, W] with channels innermost in memory, the layout that convolution libraries like best.</summary>
    Tensor channels_last_3d(Tensor x);

    /// <summary>Whether the operators below are one each for this type on this device. All but <see cref="add_norm"/> have gradients; all want finite values.</summary>
    bool fuses(ScalarType type, Device device);

    /// <summary>
    /// Self-attention over all positions of each clip: products [R, 3d] of queries, keys and values, their bias [3d], to the mixed values [R, d].
    /// The first batch * length rows are the clips'; what follows fills up to a number of rows that products like, and becomes 0.
    /// </summary>
    Tensor attention(Tensor qkv, Tensor bias, long heads, long batch, long length);

    /// <summary><see cref="gelu_tanh"/> of y + bias: [..., D] and [D].</summary>
    Tensor bias_gelu(Tensor y, Tensor bias);

    /// <summary>LayerNorm of x + y + bias over the last axis: x and the result float32 [..., D], y and its bias [D] in the type of products.</summary>
    Tensor add_norm(Tensor x, Tensor y, Tensor bias, Tensor weight, Tensor offset, double epsilon);

    /// <summary>
    /// Swish of GroupNorm, with an edge mirrored around it that does not repeat the outermost cell: [B, C, T, H, W] and float32 weight and bias [C]
    /// to [B, C, T + 2 frames, H + 2 cells, W + 2 cells] in the type and memory layout of the input. An axis of one cell is repeated.
    /// </summary>
    Tensor norm_swish(Tensor x, Tensor weight, Tensor bias, long groups, double epsilon, long frames, long cells);
}
