using static TorchSharp.torch;

namespace Magvit.Model.Transformer;

/// <summary>One post-LN BERT layer: x = LN(x + MHA(x)); x = LN(x + W2 gelu(W1 x)) (spec §6.3).</summary>
/// <remarks>The residual stream is float32; matrix products run in <see cref="MaskedTransformer.Precision"/>.</remarks>
public sealed class TransformerLayer : nn.Module<Tensor, AttentionContext, Tensor>
{
    private readonly int _heads;
    private readonly double _dropout;
    [ComponentName(Name = "qkv")]
    private readonly DenseLayer _qkv;
    [ComponentName(Name = "out")]
    private readonly DenseLayer _out;
    [ComponentName(Name = "norm1")]
    private readonly TokenNorm _norm1;
    [ComponentName(Name = "mlp1")]
    private readonly DenseLayer _mlp1;
    [ComponentName(Name = "mlp2")]
    private readonly DenseLayer _mlp2;
    [ComponentName(Name = "norm2")]
    private readonly TokenNorm _norm2;

    /// <summary>A layer of the given shape.</summary>
    public TransformerLayer(TransformerConfig config) : base(nameof(TransformerLayer))
    {
        ArgumentNullException.ThrowIfNull(config);
        (_heads, _dropout) = (config.Heads, config.Dropout);
        register_module("qkv", _qkv = new DenseLayer(config.Width, 3L * config.Width));
        register_module("out", _out = new DenseLayer(config.Width, config.Width));
        register_module("norm1", _norm1 = new TokenNorm(config.Width));
        register_module("mlp1", _mlp1 = new DenseLayer(config.Width, config.MlpWidth));
        register_module("mlp2", _mlp2 = new DenseLayer(config.MlpWidth, config.Width));
        register_module("norm2", _norm2 = new TokenNorm(config.Width));
    }

    /// <summary>float32 [B, S, d] to the same.</summary>
    public override Tensor forward(Tensor input1, AttentionContext input2)
    {
        ArgumentNullException.ThrowIfNull(input2);
        using var scope = NewDisposeScope();
        var attended = Drop(_out.forward(Attend(_qkv.forward(input1.to(input2.Precision)), input2)));
        var x = _norm1.forward(input1 + attended);
        var h = Drop(_mlp2.forward(FusedOperators.gelu_tanh(_mlp1.forward(x.to(input2.Precision)))));
        return _norm2.forward(x + h).MoveToOuterDisposeScope();
    }

    /// <summary>The same within the rounding of products, with less traffic to memory, where <see cref="FusedOperators.fuses"/> allows it; no gradients, no dropout, no mask.</summary>
    /// <param name="input">float32 [R, d]: batch * length positions, then rows of no clip.</param>
    /// <param name="batch">Clips.</param>
    /// <param name="length">Positions of each.</param>
    /// <param name="precision">The type of products.</param>
    internal Tensor InFewerPasses(Tensor input, long batch, long length, ScalarType precision)
    {
        using var scope = NewDisposeScope();
        var attended = FusedOperators.attention(_qkv.Product(input.to(precision)), _qkv.BiasIn(precision), _heads, batch, length);
        var x = _norm1.AfterAdding(input, _out.Product(attended), _out.BiasIn(precision));
        var h = FusedOperators.bias_gelu(_mlp1.Product(x.to(precision)), _mlp1.BiasIn(precision));
        return _norm2.AfterAdding(x, _mlp2.Product(h), _mlp2.BiasIn(precision)).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor qkv, AttentionContext context)                 // [B, S, 3d]
    {
        var (b, s, d) = (qkv.size(0), qkv.size(1), qkv.size(2) / 3);
        var parts = qkv.view(b, s, 3, _heads, d / _heads).permute(2, 0, 3, 1, 4).unbind(0);  // 3 x [B, heads, S, d/heads]
        var (keys, values) = context.Cache is { } cache ? cache.Append(this, parts[1], parts[2]) : (parts[1], parts[2]);
        var mixed = nn.functional.scaled_dot_product_attention(parts[0], keys, values, context.Mask, p: training ? _dropout : 0);
        return mixed.transpose(1, 2).reshape(b, s, d);
    }

    private Tensor Drop(Tensor x) => nn.functional.dropout(x, _dropout, training);
}
