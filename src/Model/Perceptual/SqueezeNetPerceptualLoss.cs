using Magvit.Model.Losses;
using static TorchSharp.torch;

namespace Magvit.Model.Perceptual;

/// <summary>
/// The perceptual term of stage 1 (spec §4.2) with a network that can be had: LPIPS over SqueezeNet 1.1 by default, or, in the form of the
/// official loss, the mean squared difference of its 1000 ImageNet scores.
/// </summary>
/// <remarks>The official loss uses the scores of a ResNet-50 whose weights are private. Frames smaller than 35 pixels a side are enlarged.</remarks>
public sealed class SqueezeNetPerceptualLoss : IPerceptualLoss, IDisposable
{
    private static readonly float[] ImageNetMean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] ImageNetDeviation = [0.229f, 0.224f, 0.225f];

    private readonly Lpips _lpips;
    private readonly PerceptualTarget _target;

    /// <summary>A loss over loaded features, which it disposes.</summary>
    public SqueezeNetPerceptualLoss(Lpips lpips, PerceptualTarget target = PerceptualTarget.Lpips)
    {
        ArgumentNullException.ThrowIfNull(lpips);
        (_lpips, _target) = (lpips, target);
    }

    /// <summary>A loss with the weights of a folder.</summary>
    /// <param name="weights">The folder.</param>
    /// <param name="target">What is compared.</param>
    /// <param name="frameStride">See <see cref="FrameStride"/>.</param>
    /// <exception cref="InvalidDataException">A file is missing, damaged or of another network.</exception>
    public static SqueezeNetPerceptualLoss Load(ReferenceWeights weights, PerceptualTarget target = PerceptualTarget.Lpips, int frameStride = 1) =>
        new(Lpips.Load(weights), target) { FrameStride = frameStride };

    /// <summary>
    /// Takes every n-th frame of a clip alone: the loss is most of a small tokenizer's training step. The first of them is another one each step: a decoder that knows
    /// which frames are looked at makes these sharp and leaves the others blurred (seen).
    /// </summary>
    public int FrameStride { get; init; } = 1;

    /// <inheritdoc/>
    public Tensor Compute(Tensor reconstruction, Tensor target, int step)
    {
        ArgumentNullException.ThrowIfNull(reconstruction);
        ArgumentNullException.ThrowIfNull(target);
        using var scope = NewDisposeScope();
        var (actual, expected) = (ClipFrames.Flatten(Thinned(reconstruction, step)), ClipFrames.Flatten(Thinned(target.detach(), step)));
        var loss = _target == PerceptualTarget.Lpips
            ? _lpips.forward(actual, expected).mean()
            : (Scores(actual) - Scores(expected)).square().mean();
        return loss.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _lpips.Dispose();

    private Tensor Thinned(Tensor clips, int step) => FrameStride == 1 ? clips : clips.slice(2, Math.Min(step % FrameStride, clips.size(2) - 1), clips.size(2), FrameStride);

    private Tensor Scores(Tensor frames)
    {
        var device = _lpips.Network.Device;
        var (mean, deviation) = (tensor(ImageNetMean, [1, 3, 1, 1]).to(device), tensor(ImageNetDeviation, [1, 3, 1, 1]).to(device));
        return _lpips.Network.Scores((ClipFrames.Enlarge(frames.to(device), SqueezeNet.SmallestSide) - mean) / deviation);
    }
}
