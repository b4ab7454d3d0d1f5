using Magvit.Model.Tokenizer;

namespace Magvit.Worker.Ablation;

/// <summary>One start of a 3D tokenizer (the paper's Tab. 7 and 14; spec §5).</summary>
/// <param name="Name">Its name in folders.</param>
/// <param name="Title">What the paper calls it.</param>
/// <param name="Inflation">How the 2D twin's kernels become three-dimensional; null begins from random weights.</param>
/// <param name="PaperFvd">The paper's FVD of reconstructions with MAGVIT 3D-VQ-L on UCF-101, the 2D twin trained on ImageNet.</param>
/// <param name="PaperPsnr">Its PSNR, dB.</param>
internal sealed record InflationVariant(string Name, string Title, InflationKind? Inflation, double PaperFvd, double PaperPsnr)
{
    /// <summary>The name of the 2D twin's run.</summary>
    public const string Twin = "twin";

    /// <summary>All.</summary>
    public static IReadOnlyList<InflationVariant> All { get; } =
    [
        new("scratch", "from scratch", null, 45, 21.8),
        new("inflated-average", "inflated from 2D, average", InflationKind.Average, 35, 21.9),
        new("inflated-central", "inflated from 2D, central", InflationKind.Central, 25, 22.0),
    ];
}
