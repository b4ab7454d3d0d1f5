using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Perceptual;

/// <summary>A convolution of a network that is never trained here, in two or three dimensions after its kernel; gradients flow to its input only.</summary>
internal sealed class FrozenConv : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;
    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;
    private readonly long[] _strides;
    private readonly long[] _padding;
    private readonly long _groups;

    /// <summary>A convolution whose weights are drawn at random until some are loaded.</summary>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="kernel">Kernel size of each axis: two for pictures, three for clips.</param>
    /// <param name="stride">Stride of every axis.</param>
    /// <param name="padding">Zeros on both sides of every axis.</param>
    /// <param name="groups">Groups of channels that do not mix.</param>
    /// <param name="bias">Whether there is a bias.</param>
    public FrozenConv(long inputs, long outputs, long[] kernel, long stride = 1, long padding = 0, long groups = 1, bool bias = true)
        : base(nameof(FrozenConv))
    {
        (_groups, _strides, _padding) = (groups, Array.ConvertAll(kernel, _ => stride), Array.ConvertAll(kernel, _ => padding));
        using var scope = NewDisposeScope();
        var fanIn = inputs / groups * kernel.Aggregate(1L, (a, b) => a * b);
        _weight = new Parameter(nn.init.normal_(empty([outputs, inputs / groups, .. kernel]), 0, Math.Sqrt(2.0 / fanIn)), requires_grad: false);
        register_parameter("weight", _weight);
        if (bias)
        {
            _bias = new Parameter(zeros([outputs]), requires_grad: false);
            register_parameter("bias", _bias);
        }
    }

    /// <summary>Where the weights are.</summary>
    public Device Device => _weight.device;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => _strides.Length == 2
        ? nn.functional.conv2d(input, _weight, _bias, _strides, _padding, groups: _groups)
        : nn.functional.conv3d(input, _weight, _bias, _strides, _padding, groups: _groups);
}
