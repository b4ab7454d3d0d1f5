using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>
/// The linear path of an encoder whose tokens describe a block of the clip together (<see cref="TokenizerConfig.LinearBlock"/>), in one stage for each latent
/// frame of a block: a stage maps what the stages before have left over, so the first tokens tell the coarse whole and the last ones what is finest. Not in the paper.
/// </summary>
/// <remarks>
/// Tokens that each describe their own 4x4x4 pixels tell a place that does not move over again for every latent frame: residual quantization of whole blocks
/// spends the same bits on detail. <see cref="BlockFit"/> gives it its first weights.
/// </remarks>
public sealed class BlockEncoder : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly TokenBlock _block;
    private readonly TokenBlock _pixels;
    private readonly Func<Tensor, Tensor> _round;
    [ComponentName(Name = "maps")]
    private readonly ModuleList<PaddedConv3d> _maps = new();
    [ComponentName(Name = "echoes")]
    private readonly ModuleList<PaddedConv3d> _echoes = new();

    /// <summary>A path for the given shape, random.</summary>
    /// <param name="config">The tokenizer's shape, with a block.</param>
    /// <param name="round">Latents [B, D, T, H, W] to their codes, float32: what a stage has told is known only after its tokenizer's quantizer.</param>
    public BlockEncoder(TokenizerConfig config, Func<Tensor, Tensor> round) : base(nameof(BlockEncoder))
    {
        ArgumentNullException.ThrowIfNull(config);
        _block = config.LinearBlock ?? throw new ArgumentException("the tokenizer's linear path has no block", nameof(config));
        (_pixels, _round) = (_block.Times(config.Geometry.FramesPerToken), round);
        var (volume, codes) = (3L * _pixels.Volume, (long)config.LatentChannels * _block.Rows * _block.Columns);
        for (var stage = 0; stage < _block.Frames; stage++)
        {
            _maps.Add(new PaddedConv3d(volume, codes, ConvKernel.Point, bias: true, config.Padding, Encoder.LinearPathGain / Scale));
            if (stage + 1 < _block.Frames)
            {
                // Starts as nothing: until it is learned or fitted, every stage maps the whole block.
                _echoes.Add(new PaddedConv3d(codes, volume, ConvKernel.Point, bias: false, config.Padding, gain: 0));
            }
        }

        register_module("maps", _maps);
        register_module("echoes", _echoes);
    }

    /// <summary>
    /// What a block's values are multiplied by before they are mapped: 1/sqrt(P). A step of the optimizer moves every weight alike; over thousands of values
    /// that rise and fall together it would throw the codes about, and the weights of a map are so many times larger in turn.
    /// </summary>
    public double Scale => 1 / Math.Sqrt(3.0 * _pixels.Volume);

    /// <summary>The map of each stage: [D*h*w, P, 1, 1, 1] from the P values of a block's pixels to the codes of one latent frame of it, in the order (d, row, column).</summary>
    public IReadOnlyList<PaddedConv3d> Maps => [.. _maps];

    /// <summary>What the codes of each stage but the last tell of the block, [P, D*h*w, 1, 1, 1]: the next stages see the rest.</summary>
    public IReadOnlyList<PaddedConv3d> Echoes => [.. _echoes];

    /// <summary>Adds what the linear path says to the latents of the convolutions.</summary>
    /// <param name="frames">[B, 3, T, H, W] in [0, 1].</param>
    /// <param name="refinement">[B, D, lt, lh, lw], of the convolutions.</param>
    /// <returns>Latents [B, D, lt, lh, lw], not quantized.</returns>
    public override Tensor forward(Tensor frames, Tensor refinement)
    {
        ArgumentNullException.ThrowIfNull(refinement);
        using var scope = NewDisposeScope();
        var (b, d, lt, lh, lw) = (refinement.size(0), refinement.size(1), refinement.size(2), refinement.size(3), refinement.size(4));
        var spatial = _block with { Frames = 1 };
        var stages = refinement.view(b, d, lt / _block.Frames, _block.Frames, lh, lw).unbind(3);           // each [B, D, lt/t, lh, lw]
        var rest = Resampling.SpaceToDepth(frames, _pixels) - 0.5;                                         // [B, P, lt/t, lh/h, lw/w]
        for (var stage = 0; stage < stages.Length; stage++)
        {
            stages[stage] = stages[stage] + Resampling.DepthToSpace(_maps[stage].forward(rest * Scale), spatial);
            if (stage + 1 < stages.Length)
            {
                var codes = _round(stages[stage]).to(rest.dtype);
                rest = rest - _echoes[stage].forward(Resampling.SpaceToDepth(codes, spatial));
            }
        }

        return stack(stages, 3).view(b, d, lt, lh, lw).MoveToOuterDisposeScope();
    }
}
