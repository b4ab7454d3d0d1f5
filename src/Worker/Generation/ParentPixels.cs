using Magvit.Domain.Decoding;
using Magvit.Infrastructure.Media;
using Magvit.Model;

namespace Magvit.Worker.Generation;

/// <summary>Puts the pixels of the clip before back wherever no cell was decoded again.</summary>
internal static class ParentPixels
{
    /// <summary>The frames of a clip from its filmstrip, which holds those of a model's clip without loss, side by side.</summary>
    public static async Task<VideoFrames> ReadAsync(string sheetPath, ClipGeometry geometry, CancellationToken cancellationToken)
    {
        var (frames, height, width) = (geometry.Frames, geometry.Height, geometry.Width);
        var sheet = await VideoReader.ReadFramesAsync(sheetPath, 0, 1, 1, frames * width, height, FitMode.CentreCrop, cancellationToken);
        var rgb = new byte[sheet.Rgb.Length];
        var row = width * 3;
        for (var t = 0; t < frames; t++)
        {
            for (var y = 0; y < height; y++)
            {
                sheet.Rgb.AsSpan(((y * frames) + t) * row, row).CopyTo(rgb.AsSpan(((t * height) + y) * row));
            }
        }

        return sheet with { Rgb = rgb, Count = frames, Width = width };
    }

    /// <summary>The new frames in the chosen cells, the old ones everywhere else.</summary>
    public static VideoFrames Blend(VideoFrames before, VideoFrames after, TokenCells again, ClipGeometry geometry)
    {
        var rgb = before.Rgb.ToArray();
        var row = geometry.ColumnsPerToken * 3;
        foreach (var cell in again.Positions)
        {
            var left = cell % geometry.LatentWidth * geometry.ColumnsPerToken;
            var top = cell / geometry.LatentWidth % geometry.LatentHeight * geometry.RowsPerToken;
            var first = cell / (geometry.LatentWidth * geometry.LatentHeight) * geometry.FramesPerToken;
            for (var i = 0; i < geometry.FramesPerToken * geometry.RowsPerToken; i++)
            {
                var (t, y) = (first + (i / geometry.RowsPerToken), top + (i % geometry.RowsPerToken));
                var at = ((((t * geometry.Height) + y) * geometry.Width) + left) * 3;
                after.Rgb.AsSpan(at, row).CopyTo(rgb.AsSpan(at));
            }
        }

        return after with { Rgb = rgb };
    }
}
