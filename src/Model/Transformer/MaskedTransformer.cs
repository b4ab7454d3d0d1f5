using Magvit.Model.Masking;
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
    [ComponentName(Name = "embedding")]
    private readonly Parameter _embedding;            // [V, e]
    [ComponentName(Name = "segments")]
    private readonly Parameter? _segments;            // [2, e]
    [ComponentName(Name = "positions")]
    private readonly Parameter _positions;            // [S, d]
    [ComponentName(Name = "patch_in")]
    private readonly DenseLayer? _patchIn;
    [ComponentName(Name = "prefix_in")]
    private readonly DenseLayer? _prefixIn;
    [ComponentName(Name = "norm")]
    private readonly TokenNorm _norm;
    [ComponentName(Name = "layers")]
    private readonly ModuleList<TransformerLayer> _layers = new();
    [ComponentName(Name = "head")]
    private readonly DenseLayer _head;
    [ComponentName(Name = "head_norm")]
    private readonly TokenNorm _headNorm;
    [ComponentName(Name = "patch_out")]
    private readonly DenseLayer? _patchOut;
    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;                 // [V]
    private PackedLinear? _codes;                     // the table's rows of codes

    /// <summary>A transformer of the given shape, randomly initialised.</summary>
    public MaskedTransformer(TransformerConfig config) : base(nameof(MaskedTransformer))
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
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

    /// <summary>
    /// Readies it for use alone, not for training: evaluation mode, on <paramref name="device"/>, weights kept in <paramref name="precision"/>,
    /// which is its <see cref="Precision"/> from now on. Where the processor has them (<see cref="IFusedOperators.packs"/>), products are our own.
    /// </summary>
    /// <param name="precision">The type of products.</param>
    /// <param name="device">Where it shall compute.</param>
    /// <param name="bytes">Products of bytes in the linear layers: some faster, with rounding that a token now and then falls the other way for.</param>
    /// <exception cref="NotSupportedException">The device has no products of bytes, or the widths are no multiples of 4.</exception>
    public void Freeze(ScalarType precision, Device device, bool bytes = false)
    {
        Precision = precision;
        if (bytes && !(FusedOperators.packs(int8, device) && FusedOperators.packs(precision, device) && Config.HasWidthsOf(4)))
        {
            throw new NotSupportedException($"{device} has no products of bytes for layers {Config.Width} and {Config.MlpWidth} wide");
        }

        if (FusedOperators.packs(precision, device) && Config.HasWidthsOf(2))
        {
            Pack(precision, bytes);
        }

        FrozenWeights.Freeze(this, precision, device);
    }

    /// <summary>
    /// Whether each clip's logits are the same to the last bit whatever clips share its pass: frozen, and by operators that see to it. Products of libraries
    /// round by the size of the batch.
    /// </summary>
    public bool IsBatchInvariant => _codes is not null;

    /// <summary>Where the weights are, and therefore where it computes; its input may come from anywhere.</summary>
    public Device Device => _embedding.device;

    /// <summary>Logits over the K codes alone, float32 [B, N, K] (spec §6.3: class and special rows are never normalised over).</summary>
    /// <remarks>Of a causal network the visual tokens are given shifted by one, MASK first: the logits at a position are those of its own token.</remarks>
    public override Tensor forward(TransformerInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        var (x, isSeen) = Embed(input);                                                                    // [B, S, d]
        x = Layers(x, Config.IsCausal ? Earlier(x.size(1), isSeen) : isSeen);
        return Logits(x.narrow(1, x.size(1) - Config.PositionCount, Config.PositionCount)).MoveToOuterDisposeScope();
    }

    /// <summary>The first pass of a causal network: everything before the visual tokens, and the logits [B, K] of the first of them.</summary>
    /// <param name="prefix">int64 [B, P]: task and class tokens.</param>
    /// <param name="condition">The condition tokens.</param>
    /// <param name="cache">An empty cache, which takes the keys and values.</param>
    public Tensor Begin(Tensor prefix, ConditionPrefix condition, AttentionCache cache)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(cache);
        using var scope = NewDisposeScope();
        var first = full([prefix.size(0), 1], Config.Vocabulary.MaskToken, int64, Device);
        var (x, isSeen) = Embed(new TransformerInput(prefix, first, zeros_like(first, ScalarType.Bool)) { Condition = condition });
        cache.Begin(isSeen);
        return Pass(x, Earlier(x.size(1), isSeen), cache).MoveToOuterDisposeScope();
    }

    /// <summary>A further pass of a causal network: the token of visual position <paramref name="position"/> - 1 in, the logits [B, K] of <paramref name="position"/> out.</summary>
    public Tensor Continue(Tensor tokens, long position, AttentionCache cache)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(cache);
        using var scope = NewDisposeScope();
        var x = FusedOperators.embedding(tokens.to(Device).view(-1, 1), _embedding) + _positions.narrow(0, Config.Vocabulary.PrefixLength + position, 1);
        var mask = cache.IsSeen is not { } isSeen ? null
            : cat([isSeen, ones([isSeen.size(0), 1, 1, cache.Length + 1 - isSeen.size(3)], ScalarType.Bool, Device)], 3);
        return Pass(_norm.forward(x), mask, cache).MoveToOuterDisposeScope();
    }

    private void Pack(ScalarType precision, bool bytes)
    {
        using var scope = NewDisposeScope();
        foreach (var layer in _layers)
        {
            layer.Pack(precision, bytes);
        }

        foreach (var layer in new[] { _head, _patchIn, _prefixIn, _patchOut })
        {
            layer?.Pack(precision);
        }

        _codes = new PackedLinear(_embedding.narrow(0, 0, Config.Codes), _bias.narrow(0, 0, Config.Codes), precision, bytes: false);
    }

    private Tensor Pass(Tensor x, Tensor? mask, AttentionCache cache)
    {
        var added = x.size(1);
        x = Layers(x, mask, cache);
        cache.Advance(added);
        return Logits(x.narrow(1, added - 1, 1)).squeeze(1);
    }

    private Tensor Layers(Tensor x, Tensor? mask, AttentionCache? cache = null)                           // [B, S, d]
    {
        var (batch, length, width) = (x.size(0), x.size(1), x.size(2));
        var context = new AttentionContext(Precision, batch, length, mask, cache);
        var count = batch * length;
        var rows = x.reshape(count, width);
        var more = FusedOperators.fuses(Precision, x.device) && !FusedOperators.packs(Precision, x.device) ? RowsForProducts(count) - count : 0;
        rows = more == 0 ? rows : cat([rows, zeros([more, width], device: x.device)], 0);
        foreach (var layer in _layers)
        {
            rows = layer.forward(rows, context);
        }

        return rows.narrow(0, 0, count).view(batch, length, width);
    }

    /// <summary>To how many rows a pass in bfloat16 on the CPU fills up its own.</summary>
    /// <remarks>
    /// oneDNN divides rows into equal blocks: of 1,026 = 2 * 27 * 19 rows it makes such that a product takes four times as long as of 1,024 or 1,056
    /// (measured; docs/performance.md). A few hundred rows are one block.
    /// </remarks>
    public static long RowsForProducts(long rows) => rows < 1000 ? rows : (rows + 31) / 32 * 32;

    // The sequence before the first layer [B, S, d], and which positions are real, bool [B, 1, 1, S] or null for all.
    private (Tensor X, Tensor? IsSeen) Embed(TransformerInput input)
    {
        Check(input);
        input = input.To(Device);
        var (visual, prefix) = (FusedOperators.embedding(input.Tokens, _embedding), FusedOperators.embedding(input.Prefix, _embedding));
        if (_segments is not null)
        {
            visual = visual + FusedOperators.embedding(input.IsCondition.to(int64), _segments);
        }

        if (_patchIn is not null)
        {
            visual = _patchIn.forward(ToPatches(visual).to(Precision)).to(float32);                        // [B, N/p^2, d]
            prefix = _prefixIn!.forward(prefix.to(Precision)).to(float32);
        }

        if (input.Condition is not { } condition)
        {
            return (Drop(_norm.forward(cat([prefix, visual], 1) + _positions)), null);
        }

        // Rows of the position table: prefix, visual, cells of the condition, SEP. A cell keeps its row however many others are given.
        var (p, n) = (Config.Vocabulary.PrefixLength, Config.PositionCount);
        var given = FusedOperators.embedding(cat([condition.Tokens, full([condition.Tokens.size(0), 1], Config.Vocabulary.SeparatorToken, int64, Device)], 1), _embedding);
        var rows = cat([condition.Cells.clamp(0) + (p + n), full([condition.Cells.size(0), 1], p + n + Config.TokenCount, int64, Device)], 1);
        given = (_prefixIn is null ? given : _prefixIn.forward(given.to(Precision)).to(float32)) + FusedOperators.embedding(rows, _positions);
        var x = cat([prefix + _positions.narrow(0, 0, p), given, visual + _positions.narrow(0, p, visual.size(1))], 1);
        var isSeen = ones([x.size(0), x.size(1)], ScalarType.Bool, Device);
        isSeen.narrow(1, p, condition.Cells.size(1)).copy_(condition.Cells.ge(0));
        return (Drop(_norm.forward(x)), isSeen.view(x.size(0), 1, 1, x.size(1)));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _codes?.Dispose();
        }

        base.Dispose(disposing);
    }

    private Tensor Logits(Tensor x)                                                                        // [B, S', d]
    {
        var inner = _head.IsPacked ? _head.WithGelu(x.to(Precision).contiguous()) : FusedOperators.gelu_tanh(_head.forward(x.to(Precision)));
        var y = _headNorm.forward(inner).to(Precision);
        if (_patchOut is not null)
        {
            y = FromPatches(_patchOut.forward(y));                                                         // [B, N, e]
        }

        if (_codes is not null)
        {
            return _codes.Forward(y, full: true);
        }

        return FusedOperators.linear(y, _embedding.narrow(0, 0, Config.Codes), _bias.narrow(0, 0, Config.Codes)).to(float32);
    }

    // bool [1 or B, 1, S, S]: a position sees itself and those before it, as far as they are real.
    private Tensor Earlier(long length, Tensor? isSeen)
    {
        var index = arange(length, device: Device);
        var earlier = index.view(1, 1, 1, -1).le(index.view(1, 1, -1, 1));

        // Itself always: a row without any key would be no number.
        return isSeen is null ? earlier : earlier.logical_and(isSeen.logical_or(index.view(1, 1, 1, -1).eq(index.view(1, 1, -1, 1))));
    }

    private void Check(TransformerInput input)
    {
        if (input.Tokens.shape is not [var batch, var count] || (count != Config.TokenCount && !(Config.IsCausal && count == 1)))
        {
            throw new ArgumentException($"tokens: expected [B, {Config.TokenCount}], got [{string.Join(", ", input.Tokens.shape)}]", nameof(input));
        }

        if (input.Prefix.shape is not [var rows, var length] || rows != batch || length != Config.Vocabulary.PrefixLength)
        {
            throw new ArgumentException(
                $"prefix: expected [{batch}, {Config.Vocabulary.PrefixLength}], got [{string.Join(", ", input.Prefix.shape)}]", nameof(input));
        }

        if ((Config.Conditioning == ConditionMode.Prefix) != input.Condition is not null)
        {
            throw new ArgumentException(input.Condition is null
                ? "condition: this network is told its condition by a prefix of tokens, which is missing"
                : "condition: this network takes no prefix of condition tokens", nameof(input));
        }
    }

    private Tensor Drop(Tensor x) => nn.functional.dropout(x, Config.Dropout, training);

    // [B, N, e] to [B, N/p^2, p^2 e], tokens of a patch in row-major order.
    private Tensor ToPatches(Tensor x)
    {
        var p = Config.TokenPatch;
        return x.view(x.size(0), Config.LatentFrames, Config.LatentHeight / p, p, Config.LatentWidth / p, p, -1)
            .permute(0, 1, 2, 4, 3, 5, 6).reshape(x.size(0), Config.PositionCount, -1);
    }

    private Tensor FromPatches(Tensor x)
    {
        var p = Config.TokenPatch;
        return x.view(x.size(0), Config.LatentFrames, Config.LatentHeight / p, Config.LatentWidth / p, p, p, -1)
            .permute(0, 1, 2, 4, 3, 5, 6).reshape(x.size(0), Config.TokenCount, -1);
    }
}
