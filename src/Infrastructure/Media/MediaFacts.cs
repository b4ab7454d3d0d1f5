namespace Magvit.Infrastructure.Media;

/// <summary>What ffprobe says about the picture stream of a file.</summary>
public sealed record MediaFacts
{
    private static readonly string[] PackedAlpha = ["rgba", "argb", "abgr", "bgra", "gbrap"];

    /// <summary>The container, in ffprobe's words (<c>mov,mp4,…</c>, <c>png_pipe</c>).</summary>
    public required string Format { get; init; }

    /// <summary>The codec of the pictures (<c>h264</c>, <c>gif</c>).</summary>
    public required string Codec { get; init; }

    /// <summary>Width in pixels as stored.</summary>
    public required int CodedWidth { get; init; }

    /// <summary>Height in pixels as stored.</summary>
    public required int CodedHeight { get; init; }

    /// <summary>Width of a stored pixel over its height; 1 when pixels are square or nothing is said.</summary>
    public required double PixelAspect { get; init; }

    /// <summary>Degrees by which a player turns the picture: 0, 90, 180 or 270.</summary>
    public required int RotationDegrees { get; init; }

    /// <summary>The pixel format (<c>yuv420p</c>).</summary>
    public required string PixelFormat { get; init; }

    /// <summary>Average frames a second; 0 when the file does not say.</summary>
    public required double FrameRateHz { get; init; }

    /// <summary>Length that the file declares; zero for a still image or when it does not say.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Frames that the file declares; null when it does not say.</summary>
    public required int? DeclaredFrames { get; init; }

    /// <summary>Whether there is sound beside the pictures.</summary>
    public required bool HasAudio { get; init; }

    /// <summary>Whether the file holds one still image.</summary>
    public bool IsStillImage => Format.EndsWith("_pipe", StringComparison.Ordinal) && Format != "yuv4mpegpipe";

    /// <summary>Whether pixels can be transparent.</summary>
    public bool HasAlpha => Codec == "gif" || PixelFormat.Contains("yuva", StringComparison.Ordinal)
        || PixelFormat is "pal8" or "ya8" or "ya16be" or "ya16le"
        || PackedAlpha.Any(name => PixelFormat.StartsWith(name, StringComparison.Ordinal));

    /// <summary>Width in square pixels, the right way up.</summary>
    public int DisplayWidth => RotationDegrees is 90 or 270 ? CodedHeight : SquareWidth;

    /// <summary>Height in square pixels, the right way up.</summary>
    public int DisplayHeight => RotationDegrees is 90 or 270 ? SquareWidth : CodedHeight;

    private int SquareWidth => Math.Max(1, (int)Math.Round(CodedWidth * PixelAspect));
}
