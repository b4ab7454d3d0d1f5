namespace Magvit.Web.Media;

/// <summary>Finds out from the first bytes what a browser may be told about a file; the name of an upload is never believed.</summary>
internal static class MediaType
{
    public const string Unknown = "application/octet-stream";

    /// <summary>A file of decoding steps (docs/decoding-steps.md).</summary>
    public const string Steps = "application/vnd.magvit.steps";
    private const int HeadBytes = 16;

    /// <summary>The content type of a stream, which is left at its beginning.</summary>
    public static async Task<string> OfAsync(Stream content, CancellationToken cancellationToken)
    {
        var head = new byte[HeadBytes];
        var read = await content.ReadAtLeastAsync(head, HeadBytes, throwOnEndOfStream: false, cancellationToken);
        content.Position = 0;
        return Of(head.AsSpan(0, read));
    }

    /// <summary>The content type of a file that begins with these bytes.</summary>
    public static string Of(ReadOnlySpan<byte> head) => head switch
    {
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "video/mp4",
        [0x1A, 0x45, 0xDF, 0xA3, ..] => "video/webm",
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "image/gif",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        [(byte)'M', (byte)'G', (byte)'S', (byte)'T', ..] => Steps,
        _ => Unknown,
    };

    /// <summary>The usual file ending.</summary>
    public static string Extension(string contentType) => contentType switch
    {
        "video/mp4" => ".mp4",
        "video/webm" => ".webm",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/gif" => ".gif",
        "image/webp" => ".webp",
        Steps => ".steps",
        _ => ".bin",
    };
}
