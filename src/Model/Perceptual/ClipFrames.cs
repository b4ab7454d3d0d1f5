using static TorchSharp.torch;

namespace Magvit.Model.Perceptual;

/// <summary>Clips as rows of frames, for networks that see single pictures.</summary>
internal static class ClipFrames
{
    /// <summary>[B, 3, T, H, W] to [B*T, 3, H, W].</summary>
    /// <exception cref="ArgumentException">The shape is not a clip's.</exception>
    public static Tensor Flatten(Tensor clips)
    {
        if (clips.shape is not [_, 3, _, var height, var width])
        {
            throw new ArgumentException($"clips: expected [B, 3, T, H, W], got [{string.Join(", ", clips.shape)}]", nameof(clips));
        }

        using var scope = NewDisposeScope();
        return clips.permute(0, 2, 1, 3, 4).reshape(-1, 3, height, width).MoveToOuterDisposeScope();
    }

    /// <summary>Frames with a side under <paramref name="smallest"/> enlarged (bilinear) by the least whole factor that suffices; others as they are.</summary>
    public static Tensor Enlarge(Tensor frames, int smallest)
    {
        var (height, width) = (frames.size(2), frames.size(3));
        var factor = (smallest + Math.Min(height, width) - 1) / Math.Min(height, width);
        return factor <= 1
            ? frames.alias()
            : nn.functional.interpolate(frames, [height * factor, width * factor], mode: InterpolationMode.Bilinear, align_corners: false);
    }
}
