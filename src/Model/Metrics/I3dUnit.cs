using Magvit.Model.Perceptual;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Metrics;

/// <summary>I3D's layer: convolution with TensorFlow's SAME padding, frozen batch norm with an offset but no scale, ReLU (spec §10.1).</summary>
internal sealed class I3dUnit : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv3d")]
    private readonly FrozenConv _conv;
    [ComponentName(Name = "bn")]
    private readonly FrozenNorm? _norm;
    private readonly long _kernel;
    private readonly long _stride;

    /// <summary>A unit with a cubic kernel; the last one of the network has a bias in place of norm and ReLU.</summary>
    public I3dUnit(long inputs, long outputs, long kernel = 1, long stride = 1, bool isLogits = false) : base(nameof(I3dUnit))
    {
        (_kernel, _stride) = (kernel, stride);
        register_module("conv3d", _conv = new FrozenConv(inputs, outputs, [kernel, kernel, kernel], stride, bias: isLogits));
        if (!isLogits)
        {
            register_module("bn", _norm = new FrozenNorm(outputs));
        }
    }

    /// <summary>Where the weights are.</summary>
    public Device Device => _conv.Device;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = _conv.forward(_kernel == 1 ? input : PadSame(input, [_kernel, _kernel, _kernel], [_stride, _stride, _stride]));
        return (_norm is null ? x : _norm.forward(x).relu()).MoveToOuterDisposeScope();
    }

    /// <summary>Max pooling with SAME padding. The zeros around stand for minus infinity: what is pooled here is rectified, never negative.</summary>
    public static Tensor MaxPool(Tensor x, long[] kernel, long[] stride)
    {
        using var scope = NewDisposeScope();
        return nn.functional.max_pool3d(PadSame(x, kernel, stride), kernel, stride).MoveToOuterDisposeScope();
    }

    private static Tensor PadSame(Tensor x, long[] kernel, long[] stride)
    {
        var pads = new List<long>();
        for (var axis = 2; axis >= 0; axis--)                                     // the last axis comes first
        {
            var (before, after) = SamePadding.Of(x.size(axis + 2), kernel[axis], stride[axis]);
            pads.AddRange([before, after]);
        }

        return pads.TrueForAll(p => p == 0) ? x.alias() : nn.functional.pad(x, [.. pads]);
    }

    // (x - mean) / sqrt(variance + 0.001) + beta.
    private sealed class FrozenNorm : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "bias")]
        private readonly Parameter _beta;
        [ComponentName(Name = "running_mean")]
        private readonly Tensor _mean;
        [ComponentName(Name = "running_var")]
        private readonly Tensor _variance;

        public FrozenNorm(long channels) : base(nameof(FrozenNorm))
        {
            using var scope = NewDisposeScope();
            register_parameter("bias", _beta = new Parameter(zeros([channels]), requires_grad: false));
            register_buffer("running_mean", _mean = zeros([channels]));
            register_buffer("running_var", _variance = ones([channels]));
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var scale = (_variance + 0.001).rsqrt();
            return (input * Wide(scale) + Wide(_beta - _mean * scale)).MoveToOuterDisposeScope();
        }

        private static Tensor Wide(Tensor x) => x.view(1, -1, 1, 1, 1);
    }
}
