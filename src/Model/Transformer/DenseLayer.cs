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
    private PackedLinear? _packed;

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

    /// <summary>Whether <see cref="Pack"/> has readied it for the operators on packed weights, which have no gradients.</summary>
    internal bool IsPacked => _packed is not null;

    /// <summary>Readies it for use alone by operators on packed weights; nothing that is done to its weights afterwards is seen.</summary>
    /// <param name="precision">The type of its products, and of what comes out.</param>
    /// <param name="bytes">Products of bytes instead.</param>
    internal void Pack(ScalarType precision, bool bytes = false) => _packed = new PackedLinear(_weight, _bias, precision, bytes);

    /// <summary>gelu(x W^T + b) of a packed layer.</summary>
    internal Tensor WithGelu(Tensor input) => _packed!.Gelu(input);

    /// <summary>LN(residual + x W^T + b) of a packed layer.</summary>
    internal Tensor WithNorm(Tensor input, Tensor residual, TokenNorm norm) => norm.AfterAdding(residual, _packed!, input);

    /// <summary>The bias in a type, float32 or that of products.</summary>
    internal Tensor BiasIn(ScalarType type) => _bias.to(type);

    /// <summary>x W^T without the bias, for what adds it on the way.</summary>
    internal Tensor Product(Tensor input) => FusedOperators.linear(input, _weight);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _packed?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>[…, inputs] to […, outputs]; of a packed layer in the type of its products, float32 going in or that.</summary>
    public override Tensor forward(Tensor input) => _packed?.Forward(input) ?? FusedOperators.linear(input, _weight, _bias);
}
