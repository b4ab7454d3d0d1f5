using Magvit.Model.Metrics;
using static TorchSharp.torch;

namespace Magvit.Model.Evaluation;

/// <summary>I3D's logits: with them the Frechet distance is FVD (spec §10.1).</summary>
public sealed class I3dFeatures : IClipFeatures
{
    private readonly I3d _network;

    /// <summary>Features of a loaded network, which it disposes.</summary>
    public I3dFeatures(I3d network)
    {
        ArgumentNullException.ThrowIfNull(network);
        _network = network;
    }

    /// <inheritdoc/>
    public string DistanceName => "fvd";

    /// <inheritdoc/>
    public Tensor Compute(Tensor clips)
    {
        using var scope = NewDisposeScope();
        return _network.Features(clips).cpu().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
