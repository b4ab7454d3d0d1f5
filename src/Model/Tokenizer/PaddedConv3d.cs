using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>
/// Stride-1 3-D convolution of odd kernel size that keeps the clip's size, with zero or reflect padding (spec §2.1).
/// Computes in the type of its input; the parameters stay in theirs.
/// </summary>
public sealed class PaddedConv3d : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly long _pad;
    private readonly ConvPadding _padding;

    /// <summary>Weights start LeCun normal: truncated normal of variance 1/fan-in (spec §2.1); the bias starts at 0.</summary>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="kernel">Kernel size on all three axes, odd.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="padding">What lies outside the clip.</param>
    /// <param name="gain">Scales the initial weights; 0 makes the branch that the layer ends start as nothing.</param>
    public PaddedConv3d(long inputs, long outputs, long kernel, bool bias, ConvPadding padding, double gain = 1) : base(nameof(PaddedConv3d))
    {
        _pad = kernel / 2;
        _padding = padding;
        var weight = empty([outputs, inputs, kernel, kernel, kernel]);
        // A normal cut at two sigma has standard deviation 0.8796: dividing by it gives variance 1/fan-in (Flax's lecun_normal).
        var std = Math.Sqrt(1.0 / (inputs * kernel * kernel * kernel)) / 0.87962566103423978;
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

    /// <summary>[B, inputs, T, H, W] to [B, outputs, T, H, W].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var weight = _weight.to(input.dtype);
        var bias = _bias?.to(input.dtype);
        if (_padding == ConvPadding.Zero || _pad == 0)
        {
            return nn.functional.conv3d(input, weight, bias, padding: [_pad, _pad, _pad]).MoveToOuterDisposeScope();
        }

        return nn.functional.conv3d(Reflect(input), weight, bias).MoveToOuterDisposeScope();
    }

    // The padding operator lacks bfloat16 on the CPU; mirrored slices are the same numbers there.
    private Tensor Reflect(Tensor x)
    {
        if (x.dtype == float32)
        {
            return nn.functional.pad(x, [_pad, _pad, _pad, _pad, _pad, _pad], PaddingModes.Reflect);
        }

        for (var axis = 2; axis < 5; axis++)
        {
            var size = x.size(axis);
            var before = x.narrow(axis, 1, _pad).flip(axis);
            var after = x.narrow(axis, size - 1 - _pad, _pad).flip(axis);
            x = cat([before, x, after], axis);
        }

        return x;
    }
}
