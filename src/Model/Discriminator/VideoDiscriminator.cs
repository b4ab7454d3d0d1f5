using Magvit.Model.Tokenizer;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Discriminator;

/// <summary>Tells real clips from reconstructions: one logit a clip, high for real (spec §4.1; official: models/stylegan_discriminator.py).</summary>
/// <remarks>No norms, zero padding, leaky ReLU of slope 0.2; all weights start Xavier uniform, biases 0.</remarks>
public sealed class VideoDiscriminator : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "stem")]
    private readonly PaddedConv3d _stem;
    [ComponentName(Name = "blocks")]
    private readonly ModuleList<DiscriminatorBlock> _blocks = new();
    [ComponentName(Name = "conv")]
    private readonly PaddedConv3d _conv;
    [ComponentName(Name = "hidden")]
    private readonly Linear _hidden;
    [ComponentName(Name = "logit")]
    private readonly Linear _logit;

    /// <summary>A discriminator of the given shape, randomly initialised.</summary>
    public VideoDiscriminator(DiscriminatorConfig config) : base(nameof(VideoDiscriminator))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        var kernel = new ConvKernel(config.KernelFrames, 3);
        var channels = (long)config.BaseChannels;
        register_module("stem", _stem = new PaddedConv3d(3, channels, kernel, bias: true, ConvPadding.Zero));
        var (frames, height, width) = (config.Frames, config.Height, config.Width);
        foreach (var multiplier in config.ChannelMultipliers)
        {
            _blocks.Add(new DiscriminatorBlock(channels, (long)config.BaseChannels * multiplier, kernel));
            channels = (long)config.BaseChannels * multiplier;
            (frames, height, width) = ((frames + 1) / 2, (height + 1) / 2, (width + 1) / 2);
        }

        register_module("blocks", _blocks);
        register_module("conv", _conv = new PaddedConv3d(channels, channels, kernel, bias: true, ConvPadding.Zero));
        register_module("hidden", _hidden = nn.Linear(channels * frames * height * width, channels));
        register_module("logit", _logit = nn.Linear(channels, 1));
        foreach (var (name, parameter) in named_parameters())
        {
            _ = name.EndsWith(".bias", StringComparison.Ordinal) ? nn.init.zeros_(parameter) : nn.init.xavier_uniform_(parameter);
        }
    }

    /// <summary>The shape it was built from.</summary>
    public DiscriminatorConfig Config { get; }

    /// <summary>The type that convolutions compute in; pooling and the two dense layers are never in half precision.</summary>
    public ScalarType Precision { get; set; } = float32;

    /// <summary>Clips [B, 3, T, H, W] in [0, 1] to logits [B].</summary>
    /// <exception cref="ArgumentException">The clips have another size.</exception>
    public override Tensor forward(Tensor input) => Logits(input, Precision);

    /// <summary>The same in a precision of its own; the gradient penalty needs float32 (spec §2.6).</summary>
    public Tensor Logits(Tensor clips, ScalarType precision)
    {
        ArgumentNullException.ThrowIfNull(clips);
        if (clips.shape is not [_, 3, var t, var h, var w] || t != Config.Frames || h != Config.Height || w != Config.Width)
        {
            throw new ArgumentException(
                $"clips: expected [B, 3, {Config.Frames}, {Config.Height}, {Config.Width}], got [{string.Join(", ", clips.shape)}]", nameof(clips));
        }

        using var scope = NewDisposeScope();
        var x = Activate(_stem.forward(clips.to(precision)));
        foreach (var block in _blocks)
        {
            x = block.forward(x);
        }

        x = Activate(_conv.forward(x)).AtLeastFloat32().flatten(1);                     // [B, C*T*H*W]
        return _logit.forward(Activate(_hidden.forward(x))).squeeze(1).MoveToOuterDisposeScope();
    }

    internal static Tensor Activate(Tensor x) => nn.functional.leaky_relu(x, 0.2);
}
