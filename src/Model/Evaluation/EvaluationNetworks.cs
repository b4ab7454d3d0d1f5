using Magvit.Model.Metrics;
using Magvit.Model.Perceptual;
using static TorchSharp.torch;

namespace Magvit.Model.Evaluation;

/// <summary>The frozen networks that an evaluation has at hand, and what it has to leave out for want of the others.</summary>
public sealed class EvaluationNetworks : IDisposable
{
    private EvaluationNetworks(Lpips? lpips, C3d? c3d, ClipClassifier? classifier, IReadOnlyList<IClipFeatures> features, IReadOnlyList<string> notes) =>
        (Lpips, C3d, Classifier, Features, NotComputed) = (lpips, c3d, classifier, features, notes);

    /// <summary>LPIPS; null without its weights.</summary>
    public Lpips? Lpips { get; }

    /// <summary>C3D; null without its weights, or for clips that are not of 16 frames.</summary>
    public C3d? C3d { get; }

    /// <summary>The data set's own classifier; null when it has fewer than two classes.</summary>
    public ClipClassifier? Classifier { get; }

    /// <summary>The networks that give a Frechet distance.</summary>
    public IReadOnlyList<IClipFeatures> Features { get; }

    /// <summary>One sentence for each metric that is left out: why, and how to get it.</summary>
    public IReadOnlyList<string> NotComputed { get; }

    /// <summary>Loads what the folder holds.</summary>
    /// <param name="weights">A folder of weights; null when the user has none.</param>
    /// <param name="classifier">A trained classifier, which this disposes; null for none.</param>
    /// <param name="frames">Frames of a clip.</param>
    /// <param name="height">Rows of a frame; SSIM needs eleven.</param>
    /// <param name="device">Where the networks compute.</param>
    /// <exception cref="InvalidDataException">A file is damaged or of another network.</exception>
    public static EvaluationNetworks Load(ReferenceWeights? weights, ClipClassifier? classifier, int frames, int height, Device device)
    {
        var notes = new List<string>();
        var features = new List<IClipFeatures>();
        if (classifier is not null)
        {
            features.Add(new ClassifierFeatures(classifier));
        }
        else
        {
            notes.Add("FD-own and class accuracy not computed: the data has fewer than two classes");
        }

        if (height < 11)
        {
            notes.Add("SSIM not computed: it needs frames of at least 11 pixels a side");
        }

        bool Has(string file, string use)
        {
            var isThere = weights?.Has(file) == true;
            if (!isThere)
            {
                notes.Add(ReferenceWeights.Missing(file, use));
            }

            return isThere;
        }

        var lpips = Has(ReferenceWeights.SqueezeNetFile, "LPIPS") && Has(ReferenceWeights.LpipsFile, "LPIPS") ? Lpips.Load(weights!).to(device) : null;
        if (Has(ReferenceWeights.MobileNetFile, "FD-MobileNet"))
        {
            features.Add(new MobileNetFeatures(MobileNet.Load(weights!).to(device)));
        }

        if (frames < I3d.FewestFrames)
        {
            notes.Add($"FVD not computed: it needs clips of at least {I3d.FewestFrames} frames");
        }
        else if (Has(ReferenceWeights.I3dFile, "FVD"))
        {
            features.Add(new I3dFeatures(I3d.Load(weights!).to(device)));
        }

        C3d? c3d = null;
        if (frames != C3d.Frames)
        {
            notes.Add($"Inception Score not computed: it needs clips of {C3d.Frames} frames");
        }
        else if (Has(ReferenceWeights.C3dFile, "Inception Score"))
        {
            c3d = C3d.Load(weights!).to(device);
        }

        return new EvaluationNetworks(lpips, c3d, classifier, features, notes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Lpips?.Dispose();
        C3d?.Dispose();
        Classifier?.Dispose();
        foreach (var features in Features)
        {
            features.Dispose();
        }
    }
}
