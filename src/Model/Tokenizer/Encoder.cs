using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>Clip to latents (spec §2.2, §2.4; official: models/vqvae.py).</summary>
public sealed class Encoder : nn.Module<Tensor, Tensor>
{
    // Spreads the first latents over the quantizer's levels: at gain 1 they reach 71 of 1,000 codes after 100 steps (measured).
    internal const double LinearPathGain = 3;

    private readonly TokenizerConfig _config;
    [ComponentName(Name = "stem")]
    private readonly PaddedConv3d _stem;
    [ComponentName(Name = "blocks")]
    private readonly ModuleList<ResidualBlock> _blocks = new();
    [ComponentName(Name = "norm")]
    private readonly ClipNorm _norm;
    [ComponentName(Name = "head")]
    private readonly PaddedConv3d _head;
    [ComponentName(Name = "linear")]
    private readonly PaddedConv3d? _linear;
    [ComponentName(Name = "blockLinear")]
    private readonly BlockEncoder? _blockLinear;

    /// <summary>An encoder of the given shape.</summary>
    /// <param name="config">The tokenizer's shape.</param>
    /// <param name="quantizer">The tokenizer's quantizer, which <see cref="BlockEncoder"/> rounds with.</param>
    public Encoder(TokenizerConfig config, Quantizer quantizer) : base(nameof(Encoder))
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        var patchVolume = 3 * config.StemPatch * config.StemPatch * config.StemPatch;
        var channels = (long)config.BaseChannels;
        register_module("stem", _stem = new PaddedConv3d(patchVolume, channels, config.Kernel, bias: false, config.Padding));
        foreach (var multiplier in config.ChannelMultipliers.Append(config.ChannelMultipliers[^1]))
        {
            // Every level, then once more the last: the "mid" blocks.
            for (var i = 0; i < config.ResidualBlocks; i++)
            {
                _blocks.Add(new ResidualBlock(channels, (long)config.BaseChannels * multiplier, config.Kernel, config.Padding));
                channels = (long)config.BaseChannels * multiplier;
            }
        }

        register_module("blocks", _blocks);
        register_module("norm", _norm = new ClipNorm(channels));
        // Of a block every token means something else, so each has a map of its own from the features of all.
        var volume = (config.LinearBlock ?? TokenBlock.One).Volume;
        register_module("head", _head = new PaddedConv3d(
            channels * volume, config.LatentChannels * volume, ConvKernel.Point, bias: true, config.Padding, gain: config.LinearPath ? 0 : 1));
        if (config.LinearBlock is not null)
        {
            register_module("blockLinear", _blockLinear = new BlockEncoder(config, latents => quantizer.forward(latents).Quantized));
        }
        else if (config.LinearPath)
        {
            var patch = config.Geometry.FramesPerToken;
            register_module("linear", _linear = new PaddedConv3d(
                3L * patch * patch * patch, config.LatentChannels, ConvKernel.Point, bias: true, config.Padding, LinearPathGain));
        }
    }

    /// <summary>The linear path of blocks of tokens; null without <see cref="TokenizerConfig.LinearBlock"/>.</summary>
    internal BlockEncoder? BlockLinear => _blockLinear;

    /// <summary>The blocks of the first level, whose activations are the largest.</summary>
    internal IEnumerable<ResidualBlock> LargestBlocks => _blocks.Take(_config.ResidualBlocks);

    /// <summary>Frames [B, 3, T, H, W] in [0, 1] to latents [B, D, lt, lh, lw].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var patches = _config.StemPatch > 1 ? Resampling.SpaceToDepth(input, _config.StemPatch) : input;
        var x = _stem.forward(patches);
        for (var level = 0; level <= _config.ChannelMultipliers.Count; level++)
        {
            for (var i = 0; i < _config.ResidualBlocks; i++)
            {
                x = _blocks[level * _config.ResidualBlocks + i].forward(x);
            }

            if (level < _config.TemporalDownsample.Count)
            {
                x = Resampling.Down(x, _config.TemporalDownsample[level]);
            }
        }

        if (_blockLinear is not null && _config.LinearBlock is { } block)
        {
            var features = Resampling.SpaceToDepth(_norm.ThenSwish(x), block) / block.Volume;
            return _blockLinear.forward(input, Resampling.DepthToSpace(_head.forward(features), block)).MoveToOuterDisposeScope();
        }

        x = _head.AfterSwish(_norm, x);                                                                    // [B, D, lt, lh, lw]
        if (_linear is not null)
        {
            var patch = _config.Geometry.FramesPerToken;
            x = x + _linear.forward((patch == _config.StemPatch ? patches : Resampling.SpaceToDepth(input, patch)) - 0.5);
        }

        return x.MoveToOuterDisposeScope();
    }
}
