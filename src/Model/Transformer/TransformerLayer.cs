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

    /// <summary>float32 [R, d] to the same: B * S positions, then rows of no clip.</summary>
    public override Tensor forward(Tensor input1, AttentionContext input2)
    {
        ArgumentNullException.ThrowIfNull(input1);
        ArgumentNullException.ThrowIfNull(input2);
        using var scope = NewDisposeScope();
        if (_qkv.IsPacked && input2 is { Mask: null, Cache: null })
        {
            return Packed(input1, input2).MoveToOuterDisposeScope();
        }

        var (precision, drops) = (input2.Precision, training && _dropout > 0);
        var fuses = FusedOperators.fuses(precision, input1.device);
        var fusesAttention = fuses && !drops && input2 is { Mask: null, Cache: null };
        if (fusesAttention && !is_grad_enabled())
        {
            return InFewerPasses(input1, input2).MoveToOuterDisposeScope();
        }

        var inputs = input1.to(precision);
        var attended = Drop(_out.forward(fusesAttention ? AttendFused(inputs, input2) : Attend(_qkv.forward(inputs), input2)));
        var x = _norm1.forward(input1 + attended);
        var inner = fuses ? MiddleFused(x.to(precision)) : FusedOperators.gelu_tanh(_mlp1.forward(x.to(precision)));
        var h = Drop(_mlp2.forward(inner));
        return _norm2.forward(x + h).MoveToOuterDisposeScope();
    }

    /// <summary>Readies it for use alone by operators on packed weights.</summary>
    internal void Pack(ScalarType precision, bool bytes)
    {
        foreach (var layer in new[] { _qkv, _out, _mlp1, _mlp2 })
        {
            layer.Pack(precision, bytes);
        }
    }

    // Five operators, each of which leaves the numbers of a clip to that clip.
    private Tensor Packed(Tensor input, AttentionContext context)
    {
        var mixed = FusedOperators.packed_attention(_qkv.forward(input), _heads, context.Batch, context.Length);
        var x = _out.WithNorm(mixed, input, _norm1);
        return _mlp2.WithNorm(_mlp1.WithGelu(x), x, _norm2);
    }

    // The same within the rounding of products, with less traffic to memory; no gradients.
    private Tensor InFewerPasses(Tensor input, AttentionContext context)
    {
        var precision = context.Precision;
        var x = _norm1.AfterAdding(input, _out.Product(AttendFused(input.to(precision), context)), _out.BiasIn(precision));
        return _norm2.AfterAdding(x, _mlp2.Product(MiddleFused(x.to(precision))), _mlp2.BiasIn(precision));
    }

    private Tensor MiddleFused(Tensor x) => FusedOperators.bias_gelu(_mlp1.Product(x), _mlp1.BiasIn(x.dtype));

    private Tensor AttendFused(Tensor inputs, AttentionContext context) =>
        FusedOperators.attention(_qkv.Product(inputs), _qkv.BiasIn(inputs.dtype), _heads, context.Batch, context.Length);

    private Tensor Attend(Tensor qkv, AttentionContext context)                 // [R, 3d]
    {
        var (b, s, d) = (context.Batch, context.Length, qkv.size(1) / 3);
        var parts = qkv.narrow(0, 0, b * s).view(b, s, 3, _heads, d / _heads).permute(2, 0, 3, 1, 4).unbind(0);  // 3 x [B, heads, S, d/heads]
        var (keys, values) = context.Cache is { } cache ? cache.Append(this, parts[1], parts[2]) : (parts[1], parts[2]);
        var mixed = nn.functional.scaled_dot_product_attention(parts[0], keys, values, context.Mask, p: training ? _dropout : 0).transpose(1, 2).reshape(b * s, d);
        var more = qkv.size(0) - (b * s);
        return more == 0 ? mixed : cat([mixed, zeros([more, d], mixed.dtype, mixed.device)], 0);
    }

    private Tensor Drop(Tensor x) => nn.functional.dropout(x, _dropout, training);
}
