using Magvit.Infrastructure.Media;

namespace Magvit.Worker.Generation;

/// <summary>Frames of a file, cut and scaled to a model's size.</summary>
/// <param name="Path">The file.</param>
/// <param name="Start">The first frame.</param>
/// <param name="Count">How many.</param>
/// <param name="Stride">Frames of the file from one to the next.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
internal sealed record FrameWindow(string Path, int Start, int Count, int Stride, int Width, int Height)
{
    /// <summary>Bytes of the frames.</summary>
    public long Bytes => 3L * Count * Width * Height;

    /// <summary>Reads them.</summary>
    /// <exception cref="MediaException">The file cannot be decoded, or ends before the first frame.</exception>
    public Task<VideoFrames> ReadAsync(CancellationToken cancellationToken) =>
        VideoReader.ReadFramesAsync(Path, Start, Count, Stride, Width, Height, FitMode.CentreCrop, cancellationToken);
}
