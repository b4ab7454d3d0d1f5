using Magvit.Model.Perceptual;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Metrics;

/// <summary>C3D trained on UCF-101, the network of the Inception Score of video (spec §10.3; official: train_lib/inception_score.py).</summary>
/// <remarks>78,409,573 parameters. The original subtracts a stored mean picture; here its negative is the buffer <c>x_offset</c>.</remarks>
public sealed class C3d : nn.Module<Tensor, Tensor>
{
    /// <summary>Classes of UCF-101.</summary>
    public const int Classes = 101;

    /// <summary>Frames of a clip; the per-pixel mean fixes them.</summary>
    public const int Frames = 16;

    private const int Side = 112;
    private const int Flat = 512 * 4 * 4;

    private static readonly (string Name, int Inputs, int Outputs, bool PoolAfter)[] Convolutions =
    [
        ("conv1a", 3, 64, true), ("conv2a", 64, 128, true), ("conv3a", 128, 256, false), ("conv3b", 256, 256, true),
        ("conv4a", 256, 512, false), ("conv4b", 512, 512, true), ("conv5a", 512, 512, false), ("conv5b", 512, 512, true),
    ];

    private readonly List<FrozenConv> _convolutions = [];
    [ComponentName(Name = "fc6")]
    private readonly Linear _fc6 = nn.Linear(Flat, 4096);
    [ComponentName(Name = "fc7")]
    private readonly Linear _fc7 = nn.Linear(4096, 4096);
    [ComponentName(Name = "fc8")]
    private readonly Linear _fc8 = nn.Linear(4096, Classes);
    [ComponentName(Name = "x_offset")]
    private readonly Tensor _offset;

    /// <summary>A network with random weights.</summary>
    public C3d() : base(nameof(C3d))
    {
        using var scope = NewDisposeScope();
        register_buffer("x_offset", _offset = zeros([3, Frames, Side, Side]));
        foreach (var (name, inputs, outputs, _) in Convolutions)
        {
            var layer = new FrozenConv(inputs, outputs, [3, 3, 3], padding: 1);
            register_module(name, layer);
            _convolutions.Add(layer);
        }

        register_module("fc6", _fc6);
        register_module("fc7", _fc7);
        register_module("fc8", _fc8);
    }

    /// <summary>Loads <c>c3d_ucf101.safetensors</c>, with Chainer's names (<c>conv1a/W</c>) or PyTorch's (<c>conv1a.weight</c>).</summary>
    /// <exception cref="InvalidDataException">The file is missing, damaged or of another network.</exception>
    public static C3d Load(ReferenceWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        using var scope = NewDisposeScope();
        var tensors = weights.Read(ReferenceWeights.C3dFile).ToDictionary(
            t => t.Key.Replace("/W", ".weight", StringComparison.Ordinal).Replace("/b", ".bias", StringComparison.Ordinal), t => t.Value);
        var network = new C3d();
        ReferenceWeights.Fill(network, tensors, ReferenceWeights.C3dFile);
        return network;
    }

    /// <summary>Logits over UCF-101's classes, [B, 101]; no gradient.</summary>
    /// <param name="input">[B, 3, 16, H, W] in [0, 1], RGB.</param>
    /// <exception cref="ArgumentException">The shape is not that of 16-frame clips.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.shape is not [var batch, 3, Frames, _, _])
        {
            throw new ArgumentException($"clips: expected [B, 3, {Frames}, H, W], got [{string.Join(", ", input.shape)}]", nameof(input));
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var frames = FrameResize.AlignedCorners(ClipFrames.Flatten(input.to(_offset.device).flip(1)), Side, Side);   // BGR
        var x = frames.view(batch, Frames, 3, Side, Side).permute(0, 2, 1, 3, 4) * 255 + _offset;
        for (var i = 0; i < _convolutions.Count; i++)
        {
            x = _convolutions[i].forward(x).relu();
            x = Convolutions[i] switch
            {
                { Name: "conv1a" } => nn.functional.max_pool3d(x, [1, 2, 2]),
                { Name: "conv5b" } => nn.functional.max_pool3d(nn.functional.pad(x, [0, 1, 0, 1]), [2, 2, 2]),       // 7x7 to 4x4
                { PoolAfter: true } => nn.functional.max_pool3d(x, [2, 2, 2]),
                _ => x,
            };
        }

        var hidden = _fc7.forward(_fc6.forward(x.reshape(batch, Flat)).relu()).relu();                               // flattened in (C, T, H, W) order
        return _fc8.forward(hidden).MoveToOuterDisposeScope();
    }
}
