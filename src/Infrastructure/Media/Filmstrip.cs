using System.Globalization;

namespace Magvit.Infrastructure.Media;

/// <summary>The strip of small pictures on which people pick frames: up to 64 evenly spaced frames side by side.</summary>
public static class Filmstrip
{
    /// <summary>Most pictures of a strip.</summary>
    public const int MaxTiles = 64;

    /// <summary>Height of the strip in pixels.</summary>
    public const int Height = 96;

    private const int MinTileWidth = 16;
    private const int MaxTileWidth = 256; // 64 of them are 16,384 pixels, the widest picture that browsers show

    /// <summary>How many pictures the strip of a clip has.</summary>
    public static int TileCount(int frames) => Math.Min(MaxTiles, frames);

    /// <summary>Which frame of the clip a picture shows.</summary>
    public static int FrameOf(int tile, int frames)
    {
        var tiles = TileCount(frames);
        return (int)((((long)tile * frames) + tiles - 1) / tiles);
    }

    /// <summary>The strip of a clip that is at hand as frames and as a file: the frames as they are where they are few and small.</summary>
    /// <returns>PNG.</returns>
    public static async Task<byte[]> OfAsync(VideoFrames frames, string path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(frames);
        return frames.Count <= MaxTiles && frames.Width <= MaxTileWidth
            ? PngEncoder.EncodeSheet(frames)
            : await DrawAsync(path, await MediaProbe.ReadAsync(path, cancellationToken), frames.Count, cancellationToken);
    }

    /// <summary>Draws the strip of a clip as PNG.</summary>
    internal static async Task<byte[]> DrawAsync(string path, MediaFacts facts, int frames, CancellationToken cancellationToken)
    {
        var tiles = TileCount(frames).ToString(CultureInfo.InvariantCulture);
        var all = frames.ToString(CultureInfo.InvariantCulture);
        var tileWidth = Math.Clamp((int)Math.Round((double)Height * facts.DisplayWidth / facts.DisplayHeight), MinTileWidth, MaxTileWidth);
        var select = $"select='eq(n,0)+gt(floor(n*{tiles}/{all}),floor((n-1)*{tiles}/{all}))'";
        var strip = await VideoReader.ReadSelectedAsync(path, facts, select, TileCount(frames), tileWidth, Height, cancellationToken);
        return PngEncoder.EncodeSheet(strip);
    }
}
