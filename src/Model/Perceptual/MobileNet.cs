using static TorchSharp.torch;

namespace Magvit.Model.Perceptual;

/// <summary>MobileNet v1 1.0 (arXiv 1704.04861) up to conv_pw_12, batch norm folded, frozen: 1024 features a frame, independent of SqueezeNet.</summary>
public sealed class MobileNet : nn.Module<Tensor, Tensor>
{
    /// <summary>Features of a frame.</summary>
    public const int Features = 1024;

    private const int InputSide = 224;
    private const int FramesPerPass = 32;

    private static readonly int[] Strides = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2];
    private static readonly int[] Outputs = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, Features];

    private readonly List<(FrozenConv Layer, int Stride)> _layers = [];

    /// <summary>A network with random weights.</summary>
    public MobileNet() : base(nameof(MobileNet))
    {
        Add("conv1", new FrozenConv(3, 32, [3, 3], stride: 2), 2);
        var channels = 32;
        for (var i = 0; i < Outputs.Length; i++)
        {
            Add($"conv_dw_{i + 1}", new FrozenConv(channels, channels, [3, 3], Strides[i], groups: channels), Strides[i]);
            Add($"conv_pw_{i + 1}", new FrozenConv(channels, Outputs[i], [1, 1]), 0);
            channels = Outputs[i];
        }
    }

    /// <summary>Loads <c>mobilenet_v1_features.safetensors</c>.</summary>
    /// <exception cref="InvalidDataException">The file is missing, damaged or of another network.</exception>
    public static MobileNet Load(ReferenceWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        using var scope = NewDisposeScope();
        var network = new MobileNet();
        ReferenceWeights.Fill(network, weights.Read(ReferenceWeights.MobileNetFile), ReferenceWeights.MobileNetFile);
        return network;
    }

    /// <summary>Pictures [B, 3, H, W] in [0, 1] to the last map [B, 1024, H/32, W/32].</summary>
    public override Tensor forward(Tensor input) => Activations(input, _layers.Count);

    /// <summary>The descriptor of each picture, [B, 1024]: enlarged to 224x224, the last map averaged over positions; no gradient.</summary>
    public Tensor Describe(Tensor frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var descriptors = new List<Tensor>();
        for (long i = 0; i < frames.size(0); i += FramesPerPass)
        {
            using var pass = NewDisposeScope();
            var part = frames.narrow(0, i, Math.Min(FramesPerPass, frames.size(0) - i)).to(_layers[0].Layer.Device);
            var resized = nn.functional.interpolate(part, [InputSide, InputSide], mode: InterpolationMode.Bilinear, align_corners: false);
            descriptors.Add(forward(resized).mean([2, 3]).MoveToOuterDisposeScope());
        }

        return cat(descriptors).MoveToOuterDisposeScope();
    }

    /// <summary>The output of the first layers alone, for checks against the published network; conv1 and each conv_dw and conv_pw count as one.</summary>
    internal Tensor Activations(Tensor input, int layers)
    {
        using var scope = NewDisposeScope();
        var x = input * 2 - 1;
        foreach (var (layer, stride) in _layers.Take(layers))
        {
            x = layer.forward(stride == 0 ? x : PadSame(x, stride)).clamp(0, 6);
        }

        return x.MoveToOuterDisposeScope();
    }

    private void Add(string name, FrozenConv layer, int stride)
    {
        register_module(name, layer);
        _layers.Add((layer, stride));
    }

    private static Tensor PadSame(Tensor x, int stride)
    {
        var (top, bottom) = SamePadding.Of(x.size(2), 3, stride);
        var (left, right) = SamePadding.Of(x.size(3), 3, stride);
        return nn.functional.pad(x, [left, right, top, bottom]);
    }
}
