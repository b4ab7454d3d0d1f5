using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Magvit.Infrastructure.Media;

/// <summary>Writes RGB pixels as PNG without a process: for previews, posters and sheets.</summary>
public static class PngEncoder
{
    private const int BytesPerPixel = 3;

    /// <summary>The eight bytes that every PNG file begins with.</summary>
    internal static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Encodes one picture.</summary>
    /// <param name="rgb">The pixels, <c>[H, W, 3]</c>.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="recipeJson">Text to embed as an iTXt chunk with the keyword <c>recipe</c>; null embeds none.</param>
    public static byte[] Encode(ReadOnlySpan<byte> rgb, int width, int height, string? recipeJson = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (rgb.Length != width * height * BytesPerPixel)
        {
            throw new ArgumentException($"rgb: expected {width * height * BytesPerPixel} bytes for {width}x{height}, got {rgb.Length}", nameof(rgb));
        }

        using var png = new MemoryStream();
        png.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8; // bits a channel
        header[9] = 2; // colour type: RGB
        WriteChunk(png, "IHDR"u8, header);
        if (recipeJson is not null)
        {
            // Keyword, no compression, no language, no translated keyword, UTF-8 text.
            WriteChunk(png, "iTXt"u8, Encoding.UTF8.GetBytes($"{RecipeMetadata.Key}\0\0\0\0\0{recipeJson}"));
        }

        WriteChunk(png, "IDAT"u8, Compress(rgb, width * BytesPerPixel, height));
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    /// <summary>Encodes all frames of a clip side by side, the first on the left.</summary>
    public static byte[] EncodeSheet(VideoFrames frames, string? recipeJson = null)
    {
        var rowBytes = frames.Width * BytesPerPixel;
        var sheet = new byte[frames.Count * frames.FrameBytes];
        for (var t = 0; t < frames.Count; t++)
        {
            var frame = frames.Frame(t).Span;
            for (var y = 0; y < frames.Height; y++)
            {
                frame.Slice(y * rowBytes, rowBytes).CopyTo(sheet.AsSpan(((y * frames.Count) + t) * rowBytes));
            }
        }

        return Encode(sheet, frames.Count * frames.Width, frames.Height, recipeJson);
    }

    /// <summary>Filters every row by the predictor with the smallest residual (PNG specification, 12.8), then deflates.</summary>
    private static byte[] Compress(ReadOnlySpan<byte> rgb, int rowBytes, int height)
    {
        using var deflated = new MemoryStream();
        using (var zlib = new ZLibStream(deflated, CompressionLevel.Fastest, leaveOpen: true))
        {
            var filter = new PngRowFilter(rowBytes, BytesPerPixel);
            for (var y = 0; y < height; y++)
            {
                zlib.Write(filter.Next(rgb.Slice(y * rowBytes, rowBytes)));
            }
        }

        return deflated.ToArray();
    }

    private static void WriteChunk(Stream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(type, data));
        png.Write(number);
    }
}
