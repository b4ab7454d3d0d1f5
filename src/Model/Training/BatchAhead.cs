namespace Magvit.Model.Training;

/// <summary>Reads the windows of the next step while the present one computes. One caller at a time.</summary>
internal sealed class BatchAhead(ClipDataset data)
{
    private (IReadOnlyList<ClipWindow> Windows, int Frames, Task<byte[]> Pixels)? _next;

    /// <summary>The pixels of windows, which may have been read ahead; then begins to read the windows after them.</summary>
    public byte[] Take(IReadOnlyList<ClipWindow> windows, IReadOnlyList<ClipWindow> next, int frames)
    {
        var pixels = _next is { } ahead && ahead.Frames == frames && ahead.Windows.SequenceEqual(windows)
            ? ahead.Pixels.GetAwaiter().GetResult()
            : data.ReadPixels(windows, frames);
        _next = (next, frames, Task.Run(() => data.ReadPixels(next, frames)));
        return pixels;
    }
}
