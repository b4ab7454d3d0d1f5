using static TorchSharp.torch;

namespace Magvit.Model.Perceptual;

/// <summary>SqueezeNet 1.1 (arXiv 1602.07360) under torchvision's parameter names, frozen: seven feature maps for LPIPS, and ImageNet class scores.</summary>
public sealed class SqueezeNet : nn.Module<Tensor, IReadOnlyList<Tensor>>
{
    /// <summary>Channels of the feature maps in the order of <see cref="forward"/>.</summary>
    public static readonly IReadOnlyList<int> TapChannels = [64, 128, 256, 384, 384, 512, 512];

    /// <summary>The shortest side of a frame that leaves at least one position on the last map.</summary>
    public const int SmallestSide = 35;

    private readonly FrozenConv _stem = new(3, 64, [3, 3], stride: 2);
    private readonly FireBlock _fire3 = new(64, 16, 64);
    private readonly FireBlock _fire4 = new(128, 16, 64);
    private readonly FireBlock _fire6 = new(128, 32, 128);
    private readonly FireBlock _fire7 = new(256, 32, 128);
    private readonly FireBlock _fire9 = new(256, 48, 192);
    private readonly FireBlock _fire10 = new(384, 48, 192);
    private readonly FireBlock _fire11 = new(384, 64, 256);
    private readonly FireBlock _fire12 = new(512, 64, 256);
    private readonly FrozenConv _classifier = new(512, 1000, [1, 1]);

    /// <summary>A network with random weights.</summary>
    public SqueezeNet() : base(nameof(SqueezeNet))
    {
        register_module("features", new NamedLayers(("0", _stem), ("3", _fire3), ("4", _fire4), ("6", _fire6), ("7", _fire7),
            ("9", _fire9), ("10", _fire10), ("11", _fire11), ("12", _fire12)));
        register_module("classifier", new NamedLayers(("1", _classifier)));
    }

    /// <summary>Where the weights are.</summary>
    public Device Device => _stem.Device;

    /// <summary>The seven feature maps of normalised pictures.</summary>
    /// <param name="input">[B, 3, H, W] float32, normalised by the caller; both sides at least <see cref="SmallestSide"/>.</param>
    /// <returns>After each group of layers, [B, C, h, w] with C of <see cref="TapChannels"/>.</returns>
    /// <exception cref="ArgumentException">The pictures are too small.</exception>
    public override IReadOnlyList<Tensor> forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.shape is not [_, 3, var height, var width] || Math.Min(height, width) < SmallestSide)
        {
            throw new ArgumentException(
                $"frames: expected [B, 3, H, W] of at least {SmallestSide} pixels a side, got [{string.Join(", ", input.shape)}]", nameof(input));
        }

        using var scope = NewDisposeScope();
        var tap0 = _stem.forward(input).relu();
        var tap1 = _fire4.forward(_fire3.forward(Pool(tap0)));
        var tap2 = _fire7.forward(_fire6.forward(Pool(tap1)));
        var tap3 = _fire9.forward(Pool(tap2));
        var tap4 = _fire10.forward(tap3);
        var tap5 = _fire11.forward(tap4);
        var tap6 = _fire12.forward(tap5);
        Tensor[] taps = [tap0, tap1, tap2, tap3, tap4, tap5, tap6];
        return Array.ConvertAll(taps, t => t.MoveToOuterDisposeScope());
    }

    /// <summary>The thousand ImageNet class scores of normalised pictures, [B, 1000]; they are averages of rectified maps, so never negative.</summary>
    public Tensor Scores(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _classifier.forward(forward(input)[^1]).relu().mean([2, 3]).MoveToOuterDisposeScope();
    }

    /// <summary>Nothing by field: the layers hang below <c>features</c> and <c>classifier</c>, under torchvision's names.</summary>
    protected override void RegisterComponents()
    {
    }

    private static Tensor Pool(Tensor x) => nn.functional.max_pool2d(x, [3, 3], [2, 2], ceil_mode: true);
}
