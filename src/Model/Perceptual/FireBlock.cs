using static TorchSharp.torch;

namespace Magvit.Model.Perceptual;

/// <summary>SqueezeNet's block: a 1x1 squeeze, then 1x1 and 3x3 expansions side by side, each followed by ReLU (arXiv 1602.07360, section 3.1).</summary>
internal sealed class FireBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "squeeze")]
    private readonly FrozenConv _squeeze;
    [ComponentName(Name = "expand1x1")]
    private readonly FrozenConv _expand1;
    [ComponentName(Name = "expand3x3")]
    private readonly FrozenConv _expand3;

    /// <summary>A block that puts out twice <paramref name="expand"/> channels.</summary>
    public FireBlock(long inputs, long squeeze, long expand) : base(nameof(FireBlock))
    {
        register_module("squeeze", _squeeze = new FrozenConv(inputs, squeeze, [1, 1]));
        register_module("expand1x1", _expand1 = new FrozenConv(squeeze, expand, [1, 1]));
        register_module("expand3x3", _expand3 = new FrozenConv(squeeze, expand, [3, 3], padding: 1));
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var squeezed = _squeeze.forward(input).relu();
        return cat([_expand1.forward(squeezed).relu(), _expand3.forward(squeezed).relu()], 1).MoveToOuterDisposeScope();
    }
}
