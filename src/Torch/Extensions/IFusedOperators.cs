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
    /// x W^T + bias: [..., K] to [..., N] in the type of x; weight [N, K] and bias [N] are of any type, and gradients of float32 weights are float32. It has gradients, and
    /// those have gradients. On a CPU with AVX-512, in a type that <see cref="packs"/> names, results do not depend on the rows beside their own, nor gradients on the number of threads.
    /// </summary>
    Tensor linear(Tensor x, Tensor weight, Tensor? bias);

    /// <summary>
    /// Whether the three operators on packed weights below are one each for numbers of this type on this device, and a clip's numbers do not depend on the
    /// clips beside it. They have no gradients. int8: by weights packed as bytes.
    /// </summary>
    bool packs(ScalarType type, Device device);

    /// <summary>
    /// Weights [N, K] as <see cref="packed_linear"/> reads them, in their own type; of bfloat16 K must be even. As bytes, each output's largest number is 127 of its
    /// steps, rows of the other factor are rounded to 256 steps between their own lowest and highest number, and K must be a multiple of 4.
    /// </summary>
    Tensor pack(Tensor weight, bool bytes);

    /// <summary>
    /// x W^T + bias: [..., K] to [..., N], with <see cref="gelu_tanh"/> where <paramref name="gelu"/> says so. x is of the weights' type or float32, the bias [N]
    /// float32, the result of the weights' type (of bytes bfloat16) or, where <paramref name="full"/> says so, float32; sums are float32.
    /// </summary>
    Tensor packed_linear(Tensor x, Tensor packed, Tensor? bias, long outputs, bool gelu, bool full);

    /// <summary>LayerNorm of residual + x W^T + bias over the last axis, all float32 but x and W: the end of each half of a post-LN layer.</summary>
    Tensor packed_linear_add_norm(Tensor x, Tensor packed, Tensor bias, Tensor residual, Tensor weight, Tensor offset, double epsilon);

    /// <summary>
    /// <see cref="attention"/> of queries, keys and values that have their bias already, in bfloat16 or float32; the depth of a head must be even in bfloat16.
    /// </summary>
    Tensor packed_attention(Tensor qkv, long heads, long batch, long length);

    /// <summary>
    /// Draws a code at every position by one uniform number each: the first at which the cumulated probability passes it.
    /// </summary>
    /// <param name="logits">float32 [B, N, K].</param>
    /// <param name="uniform">float32 [B, N] in [0, 1).</param>
    /// <param name="temperatures">float32 [B], above 0: what the logits of each sample are divided by before the draw.</param>
    /// <returns>Codes int64 [B, N], and the logarithm of the probability of each without temperature, float32 [B, N].</returns>
    (Tensor Codes, Tensor LogProbabilities) draw(Tensor logits, Tensor uniform, Tensor temperatures);

    /// <summary>
    /// Swish of GroupNorm, with an edge mirrored around it that does not repeat the outermost cell: [B, C, T, H, W] and float32 weight and bias [C]
    /// to [B, C, T + 2 frames, H + 2 cells, W + 2 cells] in the type and memory layout of the input. An axis of one cell is repeated.
    /// </summary>
    Tensor norm_swish(Tensor x, Tensor weight, Tensor bias, long groups, double epsilon, long frames, long cells);

    /// <summary>
    /// Convolution of stride 1 with zeros around the clip: x [B, C, T, H, W] and weight [O, C, t, h, w] to [B, O, T + 2 frames - t + 1, H + 2 cells - h + 1, W + 2 cells - w + 1].
    /// Weight and bias [O] are of any type, the result of the type of x. It has gradients, and those have gradients. On the CPU a clip's numbers do not depend on the clips
    /// beside it where kernels are 3 x 3 cells, channels multiples of 32 (those that come out only for gradients) and the sides of the result even: then it is Winograd's (docs/decisions/009-winograds-convolutions.md).
    /// </summary>
    /// <param name="x">The clips.</param>
    /// <param name="weight">The filters.</param>
    /// <param name="bias">What is added to each channel.</param>
    /// <param name="frames">Frames of zeros before and after.</param>
    /// <param name="cells">Cells of zeros on each side.</param>
    /// <param name="points">What <see cref="conv3d_points"/> made of the weight, so that it is not made again.</param>
    Tensor conv3d(Tensor x, Tensor weight, Tensor? bias, long frames, long cells, Tensor? points);

    /// <summary>A weight in the form that <see cref="conv3d"/> computes with in bfloat16 on the CPU; null where that is the weight itself.</summary>
    Tensor? conv3d_points(Tensor weight);

    /// <summary>
    /// A weight [O, C, t, 3, 3] in the form that <see cref="conv3d_repeated"/> reads; null where a clip should be repeated and then convolved, as on all devices but a CPU
    /// with products of bfloat16.
    /// </summary>
    /// <param name="weight">The filters; t is 1 or, where time is doubled, 3.</param>
    /// <param name="temporal">Whether clips are shown twice as long too.</param>
    Tensor? conv3d_repeated_points(Tensor weight, bool temporal);

    /// <summary>
    /// The convolution that keeps the size, of clips each of whose cells is shown as 2 x 2 cells, and as two frames where <paramref name="temporal"/> says so: bfloat16
    /// [B, C, T, H, W] to [B, O, T or 2T, 2H, 2W], with an edge that a mirror shows, or zeros. It has no gradients.
    /// </summary>
    /// <exception cref="NotSupportedException"><see cref="conv3d_repeated_points"/> gives no filters here.</exception>
    Tensor conv3d_repeated(Tensor x, Tensor points, Tensor? bias, bool temporal, bool mirrored);
}
