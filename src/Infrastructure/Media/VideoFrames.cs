namespace Magvit.Infrastructure.Media;

/// <summary>Decoded frames of a clip.</summary>
/// <param name="Rgb">The pixels, row-major <c>[T, H, W, 3]</c>, 0 to 255 in the order red, green, blue.</param>
/// <param name="Count">Number of frames (T).</param>
/// <param name="Height">Height in pixels (H).</param>
/// <param name="Width">Width in pixels (W).</param>
/// <param name="FrameRateHz">Frames a second.</param>
/// <param name="Notes">What was changed on the way from the file, in words.</param>
public sealed record VideoFrames(byte[] Rgb, int Count, int Height, int Width, double FrameRateHz, IReadOnlyList<string> Notes)
{
    /// <summary>Bytes of one frame.</summary>
    public int FrameBytes => Height * Width * 3;

    /// <summary>The pixels of one frame, <c>[H, W, 3]</c>.</summary>
    public ReadOnlyMemory<byte> Frame(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return Rgb.AsMemory(index * FrameBytes, FrameBytes);
    }
}
