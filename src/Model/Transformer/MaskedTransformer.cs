using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Transformer;

/// <summary>The masked transformer: bidirectional, post-LN, learned positions, output tied to the embedding table (spec §6; official: models/simplified_bert.py).</summary>
/// <remarks>
/// With <see cref="TransformerConfig.TokenPatch"/> above 1, square patches of tokens share one position: their embeddings are concatenated
/// and projected on the way in, and each has a head of its own on the way out. Every token still has its own mask and logits.
/// </remarks>
public sealed class MaskedTransformer : nn.Module<TransformerInput, Tensor>
{
    private readonly Parameter _embedding;            // [V, e]
    private readonly Parameter? _segments;            // [2, e]
    private readonly Parameter _positions;            // [S, d]
    private readonly DenseLayer? _patchIn;
    private readonly DenseLayer? _prefixIn;
    private readonly TokenNorm _norm;
    private readonly ModuleList<TransformerLayer> _layers = new();
    private readonly DenseLayer _head;
    private readonly TokenNorm _headNorm;
    private readonly DenseLayer? _patchOut;
    private readonly Parameter _bias;                 // [V]

    /// <summary>A transformer of the given shape, randomly initialised.</summary>
    public MaskedTransformer(TransformerConfig config) : base(nameof(MaskedTransformer))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        var width = config.EmbeddingWidth;
        var tokensPerPosition = config.TokenPatch * config.TokenPatch;
        _embedding = new Parameter(DenseLayer.InitialWeights([config.Vocabulary.Size, width]));
        _positions = new Parameter(DenseLayer.InitialWeights([config.SequenceLength, config.Width]));
        _bias = new Parameter(zeros([config.Vocabulary.Size]));
        register_parameter("embedding", _embedding);
        register_parameter("positions", _positions);
        register_parameter("bias", _bias);
        if (config.Segments)
        {
            _segments = new Parameter(DenseLayer.InitialWeights([2, width]));
            register_parameter("segments", _segments);
        }

        if (config.TokenPatch > 1)
        {
            register_module("patch_in", _patchIn = new DenseLayer(tokensPerPosition * width, config.Width));
            register_module("prefix_in", _prefixIn = new DenseLayer(width, config.Width));
            register_module("patch_out", _patchOut = new DenseLayer(config.Width, tokensPerPosition * width));
        }

        register_module("norm", _norm = new TokenNorm(config.Width));
        for (var i = 0; i < config.Layers; i++)
        {
            _layers.Add(new TransformerLayer(config));
        }

        register_module("layers", _layers);
        register_module("head", _head = new DenseLayer(config.Width, config.Width));
        register_module("head_norm", _headNorm = new TokenNorm(config.Width));
    }

    /// <summary>The shape it was built from.</summary>
    public TransformerConfig Config { get; }

    /// <summary>The type of matrix products; norms, softmax and the residual stream stay in float32.</summary>
    public ScalarType Precision { get; set; } = float32;

    /// <summary>Logits over the K codes alone, float32 [B, N, K] (spec §6.3: class and special rows are never normalised over).</summary>
    public override Tensor forward(TransformerInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Tokens.shape is not [var batch, var count] || count != Config.TokenCount)
        {
            throw new ArgumentException($"tokens: expected [B, {Config.TokenCount}], got [{string.Join(", ", input.Tokens.shape)}]", nameof(input));
        }

        using var scope = NewDisposeScope();
        var visual = FusedOperators.embedding(input.Tokens, _embedding);                                    // [B, N, e]
        if (_segments is not null)
        {
            visual = visual + FusedOperators.embedding(input.IsCondition.to(int64), _segments);
        }

        var prefix = FusedOperators.embedding(input.Prefix, _embedding);                                    // [B, 2, e]
        if (_patchIn is not null)
        {
            visual = _patchIn.forward(ToPatches(visual, batch).to(Precision)).to(float32);                 // [B, N/p^2, d]
            prefix = _prefixIn!.forward(prefix.to(Precision)).to(float32);
        }

        var x = nn.functional.dropout(_norm.forward(cat([prefix, visual], 1) + _positions), Config.Dropout, training);
        foreach (var layer in _layers)
        {
            x = layer.forward(x, Precision);                                                               // [B, S, d]
        }

        x = x.narrow(1, 2, Config.PositionCount);
        var y = _headNorm.forward(FusedOperators.gelu_tanh(_head.forward(x.to(Precision)))).to(Precision);
        if (_patchOut is not null)
        {
            y = FromPatches(_patchOut.forward(y), batch);                                                  // [B, N, e]
        }

        var codes = _embedding.narrow(0, 0, Config.Codes).to(Precision);
        return nn.functional.linear(y, codes, _bias.narrow(0, 0, Config.Codes).to(Precision)).to(float32).MoveToOuterDisposeScope();
    }

    // [B, N, e] to [B, N/p^2, p^2 e], tokens of a patch in row-major order.
    private Tensor ToPatches(Tensor x, long batch)
    {
        var p = Config.TokenPatch;
        return x.view(batch, Config.LatentFrames, Config.LatentHeight / p, p, Config.LatentWidth / p, p, -1)
            .permute(0, 1, 2, 4, 3, 5, 6).reshape(batch, Config.PositionCount, -1);
    }

    private Tensor FromPatches(Tensor x, long batch)
    {
        var p = Config.TokenPatch;
        return x.view(batch, Config.LatentFrames, Config.LatentHeight / p, Config.LatentWidth / p, p, p, -1)
            .permute(0, 1, 2, 4, 3, 5, 6).reshape(batch, Config.TokenCount, -1);
    }
}
