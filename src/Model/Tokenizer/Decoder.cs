using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>Quantized latents to a clip (spec §2.3, §2.4).</summary>
public sealed class Decoder : nn.Module<Tensor, Tensor>
{
    private readonly TokenizerConfig _config;
    [ComponentName(Name = "stem")]
    private readonly PaddedConv3d _stem;
    [ComponentName(Name = "blocks")]
    private readonly ModuleList<ResidualBlock> _blocks = new();
    [ComponentName(Name = "upsamplers")]
    private readonly ModuleList<PaddedConv3d> _upsamplers = new();
    [ComponentName(Name = "norm")]
    private readonly ClipNorm _norm;
    [ComponentName(Name = "head")]
    private readonly PaddedConv3d _head;
    [ComponentName(Name = "linear")]
    private readonly PaddedConv3d? _linear;
    [ComponentName(Name = "place")]
    private readonly Parameter? _place;

    /// <summary>A decoder of the given shape.</summary>
    public Decoder(TokenizerConfig config) : base(nameof(Decoder))
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        var levels = config.ChannelMultipliers.Count;
        var channels = (long)config.BaseChannels * config.ChannelMultipliers[^1];
        var patchVolume = 3L * config.StemPatch * config.StemPatch * config.StemPatch;

        // The codes of a block mean something else in every place of it, which convolutions cannot tell: they see the pixels that the linear path makes of them.
        register_module("stem", _stem = new PaddedConv3d(config.LinearBlock is null ? config.LatentChannels : patchVolume, channels, config.Kernel, bias: true, config.Padding));
        foreach (var multiplier in config.ChannelMultipliers.Append(config.ChannelMultipliers[^1]).Reverse())
        {
            // The "mid" blocks first, then every level from the deepest to the pixels.
            for (var i = 0; i < config.DecoderBlocks; i++)
            {
                _blocks.Add(new ResidualBlock(channels, (long)config.BaseChannels * multiplier, config.Kernel, config.Padding));
                channels = (long)config.BaseChannels * multiplier;
            }
        }

        for (var level = levels - 1; level > 0; level--)
        {
            var width = (long)config.BaseChannels * config.ChannelMultipliers[level];
            _upsamplers.Add(new PaddedConv3d(width, width, config.Kernel, bias: true, config.Padding) { DoublesTime = config.TemporalDownsample[level - 1] });
        }

        if (config.LinearBlock is { } places)
        {
            _place = TokenPlace.Create((long)config.BaseChannels * config.ChannelMultipliers[^1], places);
            register_parameter("place", _place);
        }

        register_module("blocks", _blocks);
        register_module("upsamplers", _upsamplers);
        register_module("norm", _norm = new ClipNorm(channels));
        register_module("head", _head = new PaddedConv3d(
            channels, patchVolume, config.Kernel, bias: true, config.Padding, gain: config.LinearPath ? 0 : 1));
        if (config.LinearPath)
        {
            var (patch, block) = (config.Geometry.FramesPerToken, config.LinearBlock ?? TokenBlock.One);
            register_module("linear", _linear = new PaddedConv3d(
                config.LatentChannels * block.Volume, 3L * patch * patch * patch * block.Volume, ConvKernel.Point, bias: true, config.Padding, gain: 0));
        }
    }

    /// <summary>The linear path: of whole blocks of tokens with <see cref="TokenizerConfig.LinearBlock"/>, [P, D*t*h*w, 1, 1, 1] in the order (d, frame, row, column).</summary>
    internal PaddedConv3d? Linear => _linear;

    /// <summary>The blocks of the last level, whose activations are the largest.</summary>
    internal IEnumerable<ResidualBlock> LargestBlocks => _blocks.TakeLast(_config.DecoderBlocks);

    /// <summary>Latents [B, D, lt, lh, lw] to frames [B, 3, T, H, W], not clipped to [0, 1].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var levels = _config.ChannelMultipliers.Count;
        var patch = _config.Geometry.FramesPerToken;
        if (_config.LinearBlock is { } block && _linear is not null && _place is not null)
        {
            var pixels = Resampling.DepthToSpace(_linear.forward(Resampling.SpaceToDepth(input, block)), block.Times(patch));
            var features = _stem.forward(Resampling.SpaceToDepth(pixels, patch));
            var refinement = _head.AfterSwish(_norm, Blocks(Blocks(features + TokenPlace.Tile(_place, features), 0), 1));
            return (pixels + ToPixels(refinement, patch) + 0.5).MoveToOuterDisposeScope();
        }

        var x = Blocks(_stem.forward(input), 0);
        for (var i = 0; i < levels; i++)
        {
            x = Blocks(x, i + 1);
            if (i < levels - 1)
            {
                x = _upsamplers[i].AfterRepeating(x);
            }
        }

        x = _head.AfterSwish(_norm, x);
        if (_linear is null)
        {
            return ToPixels(x, _config.StemPatch).MoveToOuterDisposeScope();
        }

        var direct = _linear.forward(input);
        x = patch == _config.StemPatch ? ToPixels(x + direct, patch) : ToPixels(x, _config.StemPatch) + ToPixels(direct, patch);
        return (x + 0.5).MoveToOuterDisposeScope();
    }

    // [B, 3 p^3, T/p, H/p, W/p] to [B, 3, T, H, W].
    private static Tensor ToPixels(Tensor x, int patch) => patch > 1 ? Resampling.DepthToSpace(x, patch) : x;

    private Tensor Blocks(Tensor x, int group)
    {
        for (var i = 0; i < _config.DecoderBlocks; i++)
        {
            x = _blocks[group * _config.DecoderBlocks + i].forward(x);
        }

        return x;
    }
}
