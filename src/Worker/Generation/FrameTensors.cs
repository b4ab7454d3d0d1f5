using Magvit.Infrastructure.Media;
using static TorchSharp.torch;

namespace Magvit.Worker.Generation;

/// <summary>Between decoded frames in bytes and the model's tensors.</summary>
internal static class FrameTensors
{
    /// <summary>Bytes [T, H, W, 3] to float32 [1, 3, T, H, W] in [0, 1].</summary>
    public static Tensor ToClip(VideoFrames frames)
    {
        using var scope = NewDisposeScope();
        return tensor(frames.Rgb, [1, frames.Count, frames.Height, frames.Width, 3])
            .permute(0, 4, 1, 2, 3).to(float32).div(255).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>White to unknown: bool [T, H, W], true where the mask is dark, so that the clip is kept.</summary>
    public static Tensor ToKnownPixels(VideoFrames mask)
    {
        using var scope = NewDisposeScope();
        return tensor(mask.Rgb, [mask.Count, mask.Height, mask.Width, 3]).to(float32).mean([3]).lt(128).MoveToOuterDisposeScope();
    }

    /// <summary>float32 [1, 3, T, H, W] in [0, 1] to bytes.</summary>
    public static VideoFrames ToVideoFrames(Tensor clip, double frameRateHz)
    {
        using var scope = NewDisposeScope();
        var bytes = clip.select(0, 0).permute(1, 2, 3, 0).mul(255).round().to(uint8).contiguous();         // [T, H, W, 3]
        return new VideoFrames(bytes.data<byte>().ToArray(), (int)bytes.size(0), (int)bytes.size(1), (int)bytes.size(2), frameRateHz, []);
    }
}
