using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Magvit.Infrastructure.Media;

/// <summary>The recipe inside an output file: where each format keeps it, and how to get it back.</summary>
/// <remarks>mp4 and webm: a container tag (seen by <c>ffprobe -show_format</c>); gif: a comment extension; png: an iTXt chunk.</remarks>
public static class RecipeMetadata
{
    /// <summary>The name of the tag or chunk.</summary>
    public const string Key = "recipe";

    private const int MaxFileBytesInMemory = 256 << 20;

    /// <summary>Reads the recipe JSON of an mp4, webm, gif or png file; null when it has none.</summary>
    /// <exception cref="MediaException">The file cannot be read.</exception>
    public static async Task<string?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var head = new byte[8];
        await using (var file = File.OpenRead(path))
        {
            await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        }

        if (head.AsSpan().SequenceEqual(PngEncoder.Signature))
        {
            return ReadPng(await ReadWholeAsync(path, cancellationToken));
        }

        return head.AsSpan().StartsWith("GIF8"u8)
            ? ReadGif(await ReadWholeAsync(path, cancellationToken))
            : await ReadContainerTagAsync(path, cancellationToken);
    }

    /// <summary>Puts the recipe into a GIF, behind its global palette.</summary>
    internal static byte[] AddToGif(ReadOnlySpan<byte> gif, string recipeJson)
    {
        var start = GifBlocksStart(gif);
        using var output = new MemoryStream();
        output.Write(gif[..start]);
        output.Write([0x21, 0xFE]);
        var text = Encoding.UTF8.GetBytes(recipeJson).AsSpan();
        while (text.Length > 0)
        {
            var length = Math.Min(text.Length, 255);
            output.WriteByte((byte)length);
            output.Write(text[..length]);
            text = text[length..];
        }

        output.WriteByte(0);
        output.Write(gif[start..]);
        return output.ToArray();
    }

    private static string? ReadPng(ReadOnlySpan<byte> png)
    {
        var keyword = Encoding.ASCII.GetBytes(Key + "\0");
        for (var at = PngEncoder.Signature.Length; at + 12 <= png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png[at..]);
            if (length < 0 || length > png.Length - at - 12)
            {
                return null;
            }

            var type = png.Slice(at + 4, 4);
            var data = png.Slice(at + 8, length);
            if (type.SequenceEqual("tEXt"u8) && data.StartsWith(keyword))
            {
                return Encoding.Latin1.GetString(data[keyword.Length..]);
            }

            if (type.SequenceEqual("iTXt"u8) && data.StartsWith(keyword) && data.Length >= keyword.Length + 4 && data[keyword.Length] == 0)
            {
                var rest = data[(keyword.Length + 2)..]; // behind the compression flag and method
                rest = rest[(rest.IndexOf((byte)0) + 1)..]; // behind the language
                return Encoding.UTF8.GetString(rest[(rest.IndexOf((byte)0) + 1)..]); // behind the translated keyword
            }

            at += 12 + length;
        }

        return null;
    }

    private static string? ReadGif(ReadOnlySpan<byte> gif)
    {
        var at = gif.Length < 13 ? gif.Length : GifBlocksStart(gif);
        while (at + 2 < gif.Length && gif[at] == 0x21)
        {
            var isComment = gif[at + 1] == 0xFE;
            at += 2;
            using var text = new MemoryStream();
            while (at < gif.Length && gif[at] != 0 && at + 1 + gif[at] <= gif.Length)
            {
                text.Write(gif.Slice(at + 1, gif[at]));
                at += 1 + gif[at];
            }

            at++;
            if (isComment && text.Length > 0 && text.GetBuffer()[0] == (byte)'{')
            {
                return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
            }
        }

        return null;
    }

    /// <summary>The offset of the first block: behind the header, the screen descriptor and the global palette.</summary>
    private static int GifBlocksStart(ReadOnlySpan<byte> gif)
    {
        var palette = (gif[10] & 0x80) == 0 ? 0 : 3 << ((gif[10] & 0x07) + 1);
        return Math.Min(13 + palette, gif.Length);
    }

    private static async Task<byte[]> ReadWholeAsync(string path, CancellationToken cancellationToken) =>
        new FileInfo(path).Length <= MaxFileBytesInMemory
            ? await File.ReadAllBytesAsync(path, cancellationToken)
            : throw new MediaException("The file is too large to look for a recipe in it.");

    private static async Task<string?> ReadContainerTagAsync(string path, CancellationToken cancellationToken)
    {
        var command = new FfmpegCommand
        {
            Program = "ffprobe",
            Arguments = ["-print_format", "json", "-show_entries", "format_tags", .. FfmpegCommand.InputOptions(path)],
            TimeLimit = TimeSpan.FromSeconds(30),
            MaxOutputBytes = 16 << 20,
        };
        try
        {
            using var document = JsonDocument.Parse((await FfmpegProcess.RunAsync(command, cancellationToken)).Output);
            return document.RootElement.TryGetProperty("format", out var format) && format.TryGetProperty("tags", out var tags)
                ? tags.EnumerateObject().FirstOrDefault(tag => tag.Name.Equals(Key, StringComparison.OrdinalIgnoreCase)).Value is
                { ValueKind: JsonValueKind.String } value ? value.GetString() : null
                : null;
        }
        catch (FfmpegException exception)
        {
            throw MediaRefusals.FromProbe(path, exception);
        }
    }
}
