using Magvit.Infrastructure.Media;

namespace Magvit.Worker.Drawing;

/// <summary>Clips as a picture, a labelled row each with frames from left to right, or as one clip that plays them side by side.</summary>
internal static class ClipSheet
{
    private const int LabelWidth = 118;
    private const int Gap = 2;
    private const int TitleHeight = 26;
    private const int SmallestShown = 64;
    private static readonly Rgb Background = Rgb.Of(0x14161a);
    private static readonly Rgb Ink = Rgb.Of(0xe5e7eb);

    /// <summary>Draws rows of frames.</summary>
    /// <param name="title">What stands above.</param>
    /// <param name="rows">Label and clip of each row, all of one size; a null clip leaves a gap between groups.</param>
    /// <param name="frames">How many frames of each clip are shown, evenly spaced, the first and the last among them.</param>
    public static Canvas Draw(string title, IReadOnlyList<(string Label, VideoFrames? Clip)> rows, int frames = 8)
    {
        var shape = rows.First(r => r.Clip is not null).Clip!;
        var (shown, zoom) = (Math.Min(frames, shape.Count), Zoom(shape));
        var height = TitleHeight + rows.Sum(r => RowHeight(r.Clip));
        var canvas = new Canvas(LabelWidth + (shown * ((shape.Width * zoom) + Gap)), height, Background);
        canvas.Text(title, 6, 6, Ink, 2);
        var top = TitleHeight;
        foreach (var (label, clip) in rows)
        {
            canvas.Text(label.Length > 18 ? label[..18] : label, 6, top + 4, Ink);
            for (var i = 0; i < shown && clip is not null; i++)
            {
                var frame = shown == 1 ? 0 : (int)Math.Round((double)i * (clip.Count - 1) / (shown - 1));
                canvas.Draw(clip.Frame(frame).Span, clip.Width, clip.Height, LabelWidth + (i * ((clip.Width * zoom) + Gap)), top, zoom);
            }

            top += RowHeight(clip);
        }

        return canvas;
    }

    /// <summary>Clips of one size and length in rows and columns, playing together.</summary>
    public static VideoFrames Animate(IReadOnlyList<IReadOnlyList<VideoFrames>> rows)
    {
        var shape = rows[0][0];
        var (columns, zoom, frames) = (rows.Max(r => r.Count), Zoom(shape), new List<byte>());
        var (width, height) = ((shape.Width * zoom) + Gap, (shape.Height * zoom) + Gap);
        var canvas = new Canvas((columns * width) - Gap, (rows.Count * height) - Gap, Background);
        for (var t = 0; t < shape.Count; t++)
        {
            for (var row = 0; row < rows.Count; row++)
            {
                for (var column = 0; column < rows[row].Count; column++)
                {
                    var clip = rows[row][column];
                    canvas.Draw(clip.Frame(t).Span, clip.Width, clip.Height, column * width, row * height, zoom);
                }
            }

            frames.AddRange(canvas.Pixels);
        }

        return new VideoFrames([.. frames], shape.Count, canvas.Height, canvas.Width, shape.FrameRateHz, []);
    }

    private static int RowHeight(VideoFrames? clip) => clip is null ? 8 : (clip.Height * Zoom(clip)) + Gap;

    // Small clips are shown in whole multiples of their size.
    private static int Zoom(VideoFrames clip) => Math.Max(1, SmallestShown / clip.Width);
}
