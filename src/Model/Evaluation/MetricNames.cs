namespace Magvit.Model.Evaluation;

/// <summary>The metrics of a report, in the order of its tables.</summary>
public static class MetricNames
{
    /// <summary>dB against the real clip.</summary>
    public const string Psnr = "psnr";

    /// <summary>Structural similarity to the real clip.</summary>
    public const string Ssim = "ssim";

    /// <summary>LPIPS over SqueezeNet, against the real clip; lower is better.</summary>
    public const string Lpips = "lpips";

    /// <summary>Frechet distance of I3D's logits.</summary>
    public const string Fvd = "fvd";

    /// <summary>Frechet distance of our own classifier's features.</summary>
    public const string FdOwn = "fdOwn";

    /// <summary>Frechet distance of MobileNet's frame features.</summary>
    public const string FdMobileNet = "fdMobileNet";

    /// <summary>Share of clips whose class our own classifier names right.</summary>
    public const string ClassAccuracy = "classAccuracy";

    /// <summary>Inception Score by C3D.</summary>
    public const string InceptionScore = "inceptionScore";

    /// <summary>PSNR between successive frames of the clip itself.</summary>
    public const string InterFramePsnr = "interFramePsnr";

    /// <summary>SSIM between successive frames of the clip itself.</summary>
    public const string InterFrameSsim = "interFrameSsim";

    /// <summary>All names with their column heads.</summary>
    public static IReadOnlyList<(string Name, string Title)> All { get; } =
    [
        (Psnr, "PSNR dB"), (Ssim, "SSIM"), (Lpips, "LPIPS"), (Fvd, "FVD"), (FdOwn, "FD-own"), (FdMobileNet, "FD-MobileNet"),
        (ClassAccuracy, "class accuracy"), (InceptionScore, "IS"), (InterFramePsnr, "inter-frame PSNR"), (InterFrameSsim, "inter-frame SSIM"),
    ];
}
