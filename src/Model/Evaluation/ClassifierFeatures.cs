using static TorchSharp.torch;

namespace Magvit.Model.Evaluation;

/// <summary>The features of a classifier of our own: with them the Frechet distance is FD-own.</summary>
/// <param name="classifier">A trained classifier; its owner disposes it.</param>
public sealed class ClassifierFeatures(ClipClassifier classifier) : IClipFeatures
{
    /// <inheritdoc/>
    public string DistanceName => "fdOwn";

    /// <inheritdoc/>
    public Tensor Compute(Tensor clips)
    {
        using var scope = NewDisposeScope();
        return classifier.Inspect(clips).Features.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
