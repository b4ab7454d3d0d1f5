using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>The 3D-VQ tokenizer: clips to grids of token ids and back (spec §2, §3).</summary>
public sealed class VideoTokenizer : nn.Module<Tensor, TokenizerOutput>
{
    [ComponentName(Name = "encoder")]
    private readonly Encoder _encoder;
    [ComponentName(Name = "quantizer")]
    private readonly Quantizer _quantizer;
    [ComponentName(Name = "decoder")]
    private readonly Decoder _decoder;

    /// <summary>A tokenizer of the given shape, randomly initialised.</summary>
    /// <exception cref="ArgumentException">No network has that shape: the clip is not divisible into tokens, for one.</exception>
    public VideoTokenizer(TokenizerConfig config) : base(nameof(VideoTokenizer))
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        Config = config;
        _quantizer = Quantizer.Create(config);
        register_module("encoder", _encoder = new Encoder(config, _quantizer));
        register_module("quantizer", _quantizer);
        register_module("decoder", _decoder = new Decoder(config));
    }

    /// <summary>The part that <see cref="BlockFit"/> gives first weights; null without <see cref="TokenizerConfig.LinearBlock"/>.</summary>
    internal (BlockEncoder Encoder, PaddedConv3d Decoder)? Blocks => _encoder.BlockLinear is { } encoder && _decoder.Linear is { } decoder ? (encoder, decoder) : null;

    /// <summary>Rounds latents to codes.</summary>
    internal Quantizer Quantizer => _quantizer;

    /// <summary>The shape it was built from.</summary>
    public TokenizerConfig Config { get; }

    /// <summary>The type that convolutions compute in; norms and the quantizer stay in float32.</summary>
    public ScalarType Precision { get; set; } = float32;

    /// <summary>
    /// Readies it for use alone, not for training: evaluation mode, on <paramref name="device"/>, weights kept in <paramref name="precision"/>,
    /// which is its <see cref="Precision"/> from now on.
    /// </summary>
    public void Freeze(ScalarType precision, Device device)
    {
        Precision = precision;
        FrozenWeights.Freeze(this, precision, device);
    }

    /// <summary>Where the weights are, and therefore where it computes; clips and tokens may come from anywhere.</summary>
    public Device Device => parameters().First().device;

    /// <summary>Takes the entropy loss of the chosen codes instead of the softmax over all (spec §3).</summary>
    public bool HardEntropy
    {
        get => _quantizer.HardEntropy;
        set => _quantizer.HardEntropy = value;
    }

    /// <summary>Recomputes the activations of the highest resolution in the backward pass, which its owner completes; null keeps them.</summary>
    public ActivationRecomputation? Recomputation
    {
        get;
        set
        {
            field = value;
            foreach (var block in _encoder.LargestBlocks.Concat(_decoder.LargestBlocks))
            {
                block.Recomputation = value;
            }
        }
    }

    /// <summary>The whole autoencoder, for training; what it gives is on <see cref="Device"/>.</summary>
    /// <param name="input">Frames [B, 3, T, H, W] in [0, 1].</param>
    public override TokenizerOutput forward(Tensor input)
    {
        CheckClip(input);
        using var scope = NewDisposeScope();
        var quantized = _quantizer.forward(Cut(_encoder.forward(input.to(Precision, Device))));
        var reconstruction = Cut(_decoder.forward(quantized.Quantized.to(Precision))).AtLeastFloat32();
        return new TokenizerOutput(
            reconstruction.MoveToOuterDisposeScope(), quantized.Tokens.MoveToOuterDisposeScope(), quantized.Losses?.MoveToOuterDisposeScope());
    }

    /// <summary>Frames [B, 3, T, H, W] in [0, 1] to tokens int64 [B, lt, lh, lw] on the clip's device; no gradient.</summary>
    public Tensor Encode(Tensor clip)
    {
        CheckClip(clip);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        return _quantizer.forward(_encoder.forward(clip.to(Precision, Device))).Tokens.to(clip.device).MoveToOuterDisposeScope();
    }

    /// <summary>Tokens int64 [B, lt, lh, lw] to frames [B, 3, T, H, W], clipped to [0, 1], on the tokens' device; no gradient.</summary>
    /// <exception cref="ArgumentException">The grid is not this tokenizer's.</exception>
    public Tensor Decode(Tensor tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var g = Config.Geometry;
        if (tokens.shape is not [_, var t, var h, var w] || t != g.LatentFrames || h != g.LatentHeight || w != g.LatentWidth)
        {
            throw new ArgumentException(
                $"tokens: expected [B, {g.LatentFrames}, {g.LatentHeight}, {g.LatentWidth}], got [{string.Join(", ", tokens.shape)}]", nameof(tokens));
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var latents = _quantizer.Lookup(tokens.to(Device)).to(Precision);
        return _decoder.forward(latents).AtLeastFloat32().clamp(0, 1).to(tokens.device).MoveToOuterDisposeScope();
    }

    // Latents reach quantizer losses and decoder, the reconstruction several losses: both must be leaves when blocks are recomputed.
    private Tensor Cut(Tensor x) => Recomputation is null ? x : Recomputation.Cut(x);

    private void CheckClip(Tensor clip)
    {
        ArgumentNullException.ThrowIfNull(clip);
        if (clip.shape is not [_, 3, var t, var h, var w] || t != Config.Frames || h != Config.Height || w != Config.Width)
        {
            throw new ArgumentException(
                $"frames: expected [B, 3, {Config.Frames}, {Config.Height}, {Config.Width}], got [{string.Join(", ", clip.shape)}]", nameof(clip));
        }
    }
}
