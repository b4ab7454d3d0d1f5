using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Transformer;

/// <summary>LayerNorm over the last axis, epsilon 1e-12, always in float32 (spec §6.3).</summary>
public sealed class TokenNorm : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-12;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;
    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    /// <summary>A norm over <paramref name="width"/> features.</summary>
    public TokenNorm(long width) : base(nameof(TokenNorm))
    {
        _weight = new Parameter(ones([width]));
        _bias = new Parameter(zeros([width]));
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
    }

    /// <summary>The norm of a residual stream, float32, and what a layer adds to it: products and their bias.</summary>
    internal Tensor AfterAdding(Tensor x, Tensor products, Tensor bias) => FusedOperators.add_norm(x, products, bias, _weight, _bias, Epsilon);

    /// <summary>The norm of a residual stream, float32, and what a packed layer makes of its input.</summary>
    internal Tensor AfterAdding(Tensor residual, PackedLinear layer, Tensor input) => layer.AddNorm(input, residual, _weight, _bias, Epsilon);

    /// <summary>[…, width] to the same shape, float32.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return nn.functional.layer_norm(input.to(float32), [_weight.size(0)], _weight, _bias, Epsilon).MoveToOuterDisposeScope();
    }
}
