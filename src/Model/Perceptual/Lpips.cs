using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Perceptual;

/// <summary>
/// LPIPS (arXiv 1801.03924) over SqueezeNet 1.1: weighted squared differences of channel-normalised features, averaged over positions, summed over
/// layers (spec §10.3). The paper's numbers use VGG; ours are not comparable with them.
/// </summary>
public sealed class Lpips : nn.Module<Tensor, Tensor, Tensor>
{
    // LPIPS' own shift and scale for pictures in [-1, 1] (richzhang/PerceptualSimilarity, ScalingLayer).
    private static readonly float[] Shift = [-0.030f, -0.088f, -0.188f];
    private static readonly float[] Scale = [0.458f, 0.448f, 0.450f];

    // Feature vectors shorter than this are taken as zero: the root's gradient would otherwise grow without bound where every channel is off.
    private const double SmallestSquaredNorm = 1e-8;
    private const int FramesPerPass = 128;

    [ComponentName(Name = "network")]
    private readonly SqueezeNet _network = new();
    private readonly Head[] _heads;

    /// <summary>A distance with random features and equal heads.</summary>
    public Lpips() : base(nameof(Lpips))
    {
        register_module("network", _network);
        _heads = [.. SqueezeNet.TapChannels.Select(c => new Head(c))];
        for (var i = 0; i < _heads.Length; i++)
        {
            register_module($"lin{i}", _heads[i]);
        }
    }

    /// <summary>The frozen features.</summary>
    public SqueezeNet Network => _network;

    /// <summary>Loads SqueezeNet and the heads from a folder with <c>squeezenet1_1.safetensors</c> and <c>lpips_squeeze_v0.1.safetensors</c>.</summary>
    /// <exception cref="InvalidDataException">A file is missing, damaged or of another network.</exception>
    public static Lpips Load(ReferenceWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        using var scope = NewDisposeScope();
        var state = weights.Read(ReferenceWeights.SqueezeNetFile).ToDictionary(t => $"network.{t.Key}", t => t.Value);
        foreach (var (name, head) in weights.Read(ReferenceWeights.LpipsFile))
        {
            state[name] = head;
        }

        var lpips = new Lpips();
        ReferenceWeights.Fill(lpips, state, ReferenceWeights.SqueezeNetFile);
        return lpips;
    }

    /// <summary>The distance of each pair of pictures, [B], differentiable.</summary>
    /// <param name="input1">[B, 3, H, W] float32 in about [0, 1].</param>
    /// <param name="input2">The same shape.</param>
    public override Tensor forward(Tensor input1, Tensor input2)
    {
        using var scope = NewDisposeScope();
        return PerTap(input1, input2).sum(dim: 0).MoveToOuterDisposeScope();
    }

    /// <summary>The terms of the sum, [7, B].</summary>
    public Tensor PerTap(Tensor input1, Tensor input2)
    {
        ArgumentNullException.ThrowIfNull(input1);
        ArgumentNullException.ThrowIfNull(input2);
        if (!input1.shape.SequenceEqual(input2.shape))
        {
            throw new ArgumentException(
                $"frames: expected two of one shape, got [{string.Join(", ", input1.shape)}] and [{string.Join(", ", input2.shape)}]", nameof(input2));
        }

        using var scope = NewDisposeScope();
        var first = _network.forward(Normalise(input1));
        var second = _network.forward(Normalise(input2));
        return stack(_heads.Select((head, i) =>
            ((Unit(first[i]) - Unit(second[i])).square() * head.Weight).sum(1).mean([1, 2]))).MoveToOuterDisposeScope();
    }

    /// <summary>The distance of each pair of frames of two clips, [B, T]; no gradient.</summary>
    /// <param name="actual">[B, 3, T, H, W] in [0, 1].</param>
    /// <param name="expected">The same shape.</param>
    public Tensor PerFrame(Tensor actual, Tensor expected)
    {
        ArgumentNullException.ThrowIfNull(actual);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var (batch, frames) = (actual.size(0), actual.size(2));
        var (first, second) = (ClipFrames.Flatten(actual), ClipFrames.Flatten(expected));
        var distances = new List<Tensor>();
        for (long i = 0; i < first.size(0); i += FramesPerPass)
        {
            var count = Math.Min(FramesPerPass, first.size(0) - i);
            distances.Add(forward(first.narrow(0, i, count), second.narrow(0, i, count)));
        }

        return cat(distances).cpu().view(batch, frames).MoveToOuterDisposeScope();
    }

    private Tensor Normalise(Tensor frames)
    {
        var device = _network.Device;
        var (shift, scale) = (tensor(Shift, [1, 3, 1, 1]).to(device), tensor(Scale, [1, 3, 1, 1]).to(device));
        return (ClipFrames.Enlarge(frames.to(device), SqueezeNet.SmallestSide) * 2 - 1 - shift) / scale;
    }

    private static Tensor Unit(Tensor features) => features / (features.square().sum(1, keepdim: true).clamp(min: SmallestSquaredNorm).sqrt() + 1e-10);

    // One weight per channel, [1, C, 1, 1], none negative.
    private sealed class Head : nn.Module
    {
        [ComponentName(Name = "weight")]
        private readonly Parameter _weight;

        public Head(int channels) : base(nameof(Head))
        {
            using var scope = NewDisposeScope();
            register_parameter("weight", _weight = new Parameter(ones([1, channels, 1, 1]), requires_grad: false));
        }

        public Tensor Weight => _weight;
    }
}
