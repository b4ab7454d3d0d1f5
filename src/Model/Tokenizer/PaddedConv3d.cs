using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>
/// Stride-1 3-D convolution of odd kernel size that keeps the clip's size, with zero or reflect padding (spec §2.1).
/// Computes in the type of its input; the parameters stay in theirs.
/// </summary>
public sealed class PaddedConv3d : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;
    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;
    private readonly ConvKernel _kernel;
    private readonly ConvPadding _padding;
    private FilterPoints? _points;

    /// <summary>Weights start LeCun normal: truncated normal of variance 1/fan-in (spec §2.1); the bias starts at 0.</summary>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="kernel">Kernel size.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="padding">What lies outside the clip.</param>
    /// <param name="gain">Scales the initial weights; 0 makes the branch that the layer ends start as nothing.</param>
    public PaddedConv3d(long inputs, long outputs, ConvKernel kernel, bool bias, ConvPadding padding, double gain = 1) : base(nameof(PaddedConv3d))
    {
        (_kernel, _padding) = (kernel, padding);
        var weight = empty([outputs, inputs, kernel.Frames, kernel.Size, kernel.Size]);
        // A normal cut at two sigma has standard deviation 0.8796: dividing by it gives variance 1/fan-in (Flax's lecun_normal).
        var std = Math.Sqrt(1.0 / (inputs * kernel.Frames * kernel.Size * kernel.Size)) / 0.87962566103423978;
        nn.init.trunc_normal_(weight, 0, std, -2 * std, 2 * std);
        if (gain != 1)
        {
            weight.mul_(gain);
        }

        _weight = new Parameter(weight);
        register_parameter("weight", _weight);
        if (bias)
        {
            _bias = new Parameter(zeros([outputs]));
            register_parameter("bias", _bias);
        }
    }

    /// <summary>[outputs, inputs, kt, k, k].</summary>
    public Parameter Weight => _weight;

    /// <summary>[outputs]; null without one.</summary>
    public Parameter? Bias => _bias;

    /// <summary>Of a layer that convolves clips shown twice as large (<see cref="AfterRepeating"/>): whether they are shown twice as long too; null of others.</summary>
    public bool? DoublesTime { get; init; }

    /// <summary>Readies it for use alone in a type; nothing that is done to its weights afterwards is seen. Results stay the same bit for bit.</summary>
    internal void Freeze(ScalarType precision)
    {
        _points?.Dispose();
        _points = precision == bfloat16 ? new FilterPoints(_weight, DoublesTime) : null;
        this.to(precision);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _points?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>[B, inputs, T, H, W] to [B, outputs, T, H, W].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (frames, cells) = (_kernel.Frames / 2, _kernel.Size / 2);
        return (IsMirrored ? Convolve(Reflect(input, frames, cells), 0, 0) : Convolve(input, frames, cells)).MoveToOuterDisposeScope();
    }

    /// <summary>The convolution of the swish of a norm, as all but the first ones are (spec §2.1); in fewer passes over the clip where <see cref="FusedOperators.fuses"/> allows it.</summary>
    /// <param name="norm">The norm.</param>
    /// <param name="input">[B, inputs, T, H, W].</param>
    /// <returns>[B, outputs, T, H, W].</returns>
    public Tensor AfterSwish(ClipNorm norm, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(norm);
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        var (frames, cells) = (_kernel.Frames / 2, _kernel.Size / 2);
        if (!FusedOperators.fuses(input.dtype, input.device))
        {
            return forward(nn.functional.silu(norm.forward(input))).MoveToOuterDisposeScope();
        }

        return (IsMirrored ? Convolve(norm.Swish(input, frames, cells), 0, 0) : Convolve(norm.Swish(input, 0, 0), frames, cells)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The convolution of a clip whose cells are repeated (spec §2.1, Up), as <see cref="DoublesTime"/> says; without gradients and in bfloat16 from the small clip,
    /// where <see cref="FusedOperators.conv3d_repeated_points"/> allows it.
    /// </summary>
    /// <param name="input">[B, inputs, T, H, W].</param>
    /// <returns>[B, outputs, T or 2T, 2H, 2W].</returns>
    public Tensor AfterRepeating(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var temporal = DoublesTime ?? throw new InvalidOperationException("the layer is not made for clips that are repeated");
        using var scope = NewDisposeScope();
        var points = is_grad_enabled() || input.dtype != bfloat16 ? null : _points?.Value ?? FusedOperators.conv3d_repeated_points(_weight, temporal);
        return (points is null ? forward(Resampling.Up(input, temporal)) : FusedOperators.conv3d_repeated(input, points, _bias, temporal, IsMirrored))
            .MoveToOuterDisposeScope();
    }

    private bool IsMirrored => _padding == ConvPadding.Reflect && (_kernel.Frames > 1 || _kernel.Size > 1);

    private Tensor Convolve(Tensor x, long frames, long cells) => FusedOperators.conv3d(x, _weight, _bias, frames, cells, DoublesTime is null ? _points?.Value : null);

    // The padding operator lacks bfloat16 on the CPU, and refuses an axis that is no longer than the padding: mirrored slices do the same there.
    private static Tensor Reflect(Tensor x, long frames, long cells)
    {
        var isLong = x.size(2) > frames && x.size(3) > cells && x.size(4) > cells;
        return isLong && x.dtype is ScalarType.Float32 or ScalarType.Float64
            ? nn.functional.pad(x, [cells, cells, cells, cells, frames, frames], PaddingModes.Reflect)
            : Mirror(Mirror(Mirror(x, 2, frames), 3, cells), 4, cells);
    }

    // An axis of size 1 has nothing to mirror: its one cell is repeated (as numpy and JAX do).
    private static Tensor Mirror(Tensor x, int axis, long pad)
    {
        if (pad == 0)
        {
            return x;
        }

        var size = x.size(axis);
        return size == 1
            ? cat([.. Enumerable.Repeat(x, (int)(2 * pad + 1))], axis)
            : cat([x.narrow(axis, 1, pad).flip(axis), x, x.narrow(axis, size - 1 - pad, pad).flip(axis)], axis);
    }
}
