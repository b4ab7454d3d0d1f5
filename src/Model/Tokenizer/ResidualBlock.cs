using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>Res(ci -> co) of spec §2.1: norm, swish, conv, norm, swish, conv, plus the input (through a 1x1x1 conv when the channels differ).</summary>
public sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "norm1")]
    private readonly ClipNorm _norm1;
    [ComponentName(Name = "conv1")]
    private readonly PaddedConv3d _conv1;
    [ComponentName(Name = "norm2")]
    private readonly ClipNorm _norm2;
    [ComponentName(Name = "conv2")]
    private readonly PaddedConv3d _conv2;
    [ComponentName(Name = "skip")]
    private readonly PaddedConv3d? _skip;

    /// <summary>A block from <paramref name="inputs"/> to <paramref name="outputs"/> channels.</summary>
    public ResidualBlock(long inputs, long outputs, ConvKernel kernel, ConvPadding padding) : base(nameof(ResidualBlock))
    {
        register_module("norm1", _norm1 = new ClipNorm(inputs));
        register_module("conv1", _conv1 = new PaddedConv3d(inputs, outputs, kernel, bias: false, padding));
        register_module("norm2", _norm2 = new ClipNorm(outputs));
        register_module("conv2", _conv2 = new PaddedConv3d(outputs, outputs, kernel, bias: false, padding));
        if (inputs != outputs)
        {
            register_module("skip", _skip = new PaddedConv3d(inputs, outputs, ConvKernel.Point, bias: false, padding));
        }
    }

    /// <summary>Where the block's activations are recomputed in the backward pass; null keeps them.</summary>
    public ActivationRecomputation? Recomputation { get; set; }

    /// <summary>[B, ci, T, H, W] to [B, co, T, H, W].</summary>
    public override Tensor forward(Tensor input) => Recomputation is null ? Compute(input) : Recomputation.Run(Compute, input);

    private Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        var h = _conv2.AfterSwish(_norm2, _conv1.AfterSwish(_norm1, input));
        var skip = _skip is null ? input : _skip.forward(input);
        return (skip + h).MoveToOuterDisposeScope();
    }
}
