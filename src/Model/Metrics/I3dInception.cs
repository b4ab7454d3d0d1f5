using static TorchSharp.torch;

namespace Magvit.Model.Metrics;

/// <summary>I3D's block of four branches: 1x1x1; 1x1x1 and 3x3x3; 1x1x1 and 3x3x3; max pooling and 1x1x1 (spec §10.1).</summary>
internal sealed class I3dInception : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "b0")]
    private readonly I3dUnit _b0;
    [ComponentName(Name = "b1a")]
    private readonly I3dUnit _b1a;
    [ComponentName(Name = "b1b")]
    private readonly I3dUnit _b1b;
    [ComponentName(Name = "b2a")]
    private readonly I3dUnit _b2a;
    [ComponentName(Name = "b2b")]
    private readonly I3dUnit _b2b;
    [ComponentName(Name = "b3b")]
    private readonly I3dUnit _b3b;

    /// <summary>A block; <paramref name="c"/> are the spec's (a, b, c, d, e, f).</summary>
    public I3dInception(long inputs, int[] c) : base(nameof(I3dInception))
    {
        register_module("b0", _b0 = new I3dUnit(inputs, c[0]));
        register_module("b1a", _b1a = new I3dUnit(inputs, c[1]));
        register_module("b1b", _b1b = new I3dUnit(c[1], c[2], kernel: 3));
        register_module("b2a", _b2a = new I3dUnit(inputs, c[3]));
        register_module("b2b", _b2b = new I3dUnit(c[3], c[4], kernel: 3));
        register_module("b3b", _b3b = new I3dUnit(inputs, c[5]));
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var pooled = I3dUnit.MaxPool(input, [3, 3, 3], [1, 1, 1]);
        return cat([_b0.forward(input), _b1b.forward(_b1a.forward(input)), _b2b.forward(_b2a.forward(input)), _b3b.forward(pooled)], 1)
            .MoveToOuterDisposeScope();
    }
}
