using Magvit.Model.Tokenizer;
using static TorchSharp.torch;

namespace Magvit.Model.Discriminator;

/// <summary>
/// DRes(ci -> co) of spec §4.1: conv, leaky ReLU, pool, conv, leaky ReLU; plus the pooled input through a 1x1x1 conv; over sqrt(2).
/// </summary>
public sealed class DiscriminatorBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv1")]
    private readonly PaddedConv3d _conv1;
    [ComponentName(Name = "conv2")]
    private readonly PaddedConv3d _conv2;
    [ComponentName(Name = "skip")]
    private readonly PaddedConv3d _skip;

    /// <summary>A block from <paramref name="inputs"/> to <paramref name="outputs"/> channels.</summary>
    public DiscriminatorBlock(long inputs, long outputs, ConvKernel kernel) : base(nameof(DiscriminatorBlock))
    {
        register_module("conv1", _conv1 = new PaddedConv3d(inputs, inputs, kernel, bias: true, ConvPadding.Zero));
        register_module("conv2", _conv2 = new PaddedConv3d(inputs, outputs, kernel, bias: true, ConvPadding.Zero));
        register_module("skip", _skip = new PaddedConv3d(inputs, outputs, ConvKernel.Point, bias: false, ConvPadding.Zero));
    }

    /// <summary>[B, ci, T, H, W] to [B, co, T/2, H/2, W/2], halves rounded up.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var main = Resampling.DownSame(VideoDiscriminator.Activate(_conv1.forward(input)));
        main = VideoDiscriminator.Activate(_conv2.forward(main));
        return ((main + _skip.forward(Resampling.DownSame(input))) / Math.Sqrt(2)).MoveToOuterDisposeScope();
    }
}
