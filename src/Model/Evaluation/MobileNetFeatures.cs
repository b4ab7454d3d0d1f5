using Magvit.Model.Perceptual;
using static TorchSharp.torch;

namespace Magvit.Model.Evaluation;

/// <summary>MobileNet's frame descriptors as a clip's vector: their mean beside the mean absolute difference of successive frames. Not FVD and not FID.</summary>
public sealed class MobileNetFeatures : IClipFeatures
{
    private readonly MobileNet _network;

    /// <summary>Features of a loaded network, which it disposes.</summary>
    public MobileNetFeatures(MobileNet network)
    {
        ArgumentNullException.ThrowIfNull(network);
        _network = network;
    }

    /// <inheritdoc/>
    public string DistanceName => "fdMobileNet";

    /// <inheritdoc/>
    public Tensor Compute(Tensor clips)
    {
        ArgumentNullException.ThrowIfNull(clips);
        using var scope = NewDisposeScope();
        var (batch, frames) = (clips.size(0), clips.size(2));
        var described = _network.Describe(ClipFrames.Flatten(clips)).view(batch, frames, MobileNet.Features);
        var motion = (described.narrow(1, 1, frames - 1) - described.narrow(1, 0, frames - 1)).abs().mean([1]);
        return cat([described.mean([1]), motion], 1).cpu().MoveToOuterDisposeScope();                      // [B, 2048]
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
