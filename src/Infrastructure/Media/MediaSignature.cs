namespace Magvit.Infrastructure.Media;

/// <summary>What the first bytes of a file say about it, whatever its name.</summary>
/// <param name="ImageFormat">ffmpeg's format for a still image; null for everything else, which ffmpeg recognises by itself.</param>
/// <param name="IsMedia">Whether this begins like a container or image that we read.</param>
/// <param name="IsAnimatedWebp">Whether this is a webp with several frames, which ffmpeg 5 does not decode.</param>
internal sealed record MediaSignature(string? ImageFormat, bool IsMedia, bool IsAnimatedWebp)
{
    private const int HeadBytes = 4096;

    /// <summary>Names the format of still images. Left to itself, ffmpeg goes by the name of some of them, and takes a % in it for a pattern.</summary>
    public IReadOnlyList<string> FormatOptions => ImageFormat is null ? [] : ["-f", ImageFormat];

    /// <summary>Reads the first bytes of a file.</summary>
    public static MediaSignature Read(string path)
    {
        using var file = File.OpenRead(path);
        var head = new byte[HeadBytes];
        return Of(head.AsSpan(0, file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false)));
    }

    /// <summary>Judges the first bytes of a file.</summary>
    internal static MediaSignature Of(ReadOnlySpan<byte> head)
    {
        var image = ImageFormatOf(head);
        var isAnimatedWebp = image == "webp_pipe" && head.Length > 20 && head[12..].StartsWith("VP8X"u8) && (head[20] & 0x02) != 0;
        return new MediaSignature(image, image is not null || IsContainer(head), isAnimatedWebp);
    }

    private static string? ImageFormatOf(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return "jpeg_pipe";
        }

        if (head.StartsWith(PngEncoder.Signature))
        {
            return head.IndexOf("acTL"u8) > 0 ? "apng" : "png_pipe";
        }

        if (head.Length > 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8))
        {
            return "webp_pipe";
        }

        if (head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8))
        {
            return "tiff_pipe";
        }

        // A drawn mask: netpbm bitmaps, one a frame.
        if (head.Length > 8 && head.StartsWith("P4\n"u8) && char.IsAsciiDigit((char)head[3]))
        {
            return "pbm_pipe";
        }

        // "BM" alone could begin a letter; the size of the header behind it could not.
        return head.Length > 18 && head.StartsWith("BM"u8) && head[14] is 12 or 40 or 52 or 56 or 108 or 124 && head[15] == 0 ? "bmp_pipe" : null;
    }

    private static bool IsContainer(ReadOnlySpan<byte> head) =>
        head.Length > 12
        && (head[4..].StartsWith("ftyp"u8)
            || head[4..].StartsWith("moov"u8)
            || head[4..].StartsWith("mdat"u8)
            || head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3])
            || head.StartsWith("GIF8"u8)
            || (head.StartsWith("RIFF"u8) && head[8..].StartsWith("AVI "u8)));
}
