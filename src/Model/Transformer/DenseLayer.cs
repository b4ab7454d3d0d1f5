using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Transformer;

/// <summary>y = x W^T + b in the type of x; weights start truncated normal times 0.02, the bias at 0 (spec §6.3).</summary>
public sealed class DenseLayer : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;
    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    /// <summary>A layer from <paramref name="inputs"/> to <paramref name="outputs"/> features.</summary>
    public DenseLayer(long inputs, long outputs) : base(nameof(DenseLayer))
    {
        _weight = new Parameter(InitialWeights([outputs, inputs]));
        _bias = new Parameter(zeros([outputs]));
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
    }

    /// <summary>Truncated normal, cut at two sigma, times 0.02.</summary>
    public static Tensor InitialWeights(long[] shape) => nn.init.trunc_normal_(empty(shape), 0, 0.02, -0.04, 0.04);

    /// <summary>The bias in a type, float32 or that of products.</summary>
    internal Tensor BiasIn(ScalarType type) => _bias.to(type);

    /// <summary>x W^T without the bias, for what adds it on the way.</summary>
    internal Tensor Product(Tensor input)
    {
        using var scope = NewDisposeScope();
        return nn.functional.linear(input, _weight.to(input.dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>[…, inputs] to […, outputs].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return nn.functional.linear(input, _weight.to(input.dtype), _bias.to(input.dtype)).MoveToOuterDisposeScope();
    }
}
