using Magvit.Domain.Assets;
using Magvit.Web.Media;
using Microsoft.Net.Http.Headers;

namespace Magvit.Web.Api;

/// <summary>Answers with stored bytes: ranges, an entity tag from the hash, a content type from the bytes, and no other site's scripts.</summary>
internal static class ArtifactAnswer
{
    /// <param name="http">The request.</param>
    /// <param name="store">The bytes.</param>
    /// <param name="hash">Which bytes.</param>
    /// <param name="name">The file name to offer, without ending; <see langword="null"/> shows the bytes in the page.</param>
    public static async Task<IResult> OfAsync(HttpContext http, IArtifactStore store, ContentHash hash, string? name)
    {
        var content = await store.OpenReadAsync(hash, http.RequestAborted);
        if (content is null)
        {
            return Problems.NotFound("stored file");
        }

        var type = await MediaType.OfAsync(content, http.RequestAborted);
        var headers = http.Response.Headers;
        headers.CacheControl = "private, max-age=31536000, immutable";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        var download = name ?? (type == MediaType.Unknown ? "file" : null);
        return Results.Stream(
            content,
            type,
            download is null ? null : FileName(download, MediaType.Extension(type)),
            entityTag: new EntityTagHeaderValue($"\"{hash}\""),
            enableRangeProcessing: true);
    }

    private static string FileName(string name, string extension)
    {
        var plain = new string([.. name.Where(c => !char.IsControl(c) && !"\\/:*?\"<>|".Contains(c, StringComparison.Ordinal))]).Trim('.', ' ');
        var stem = plain.Length == 0 ? "clip" : plain[..Math.Min(plain.Length, 120)];
        return stem.EndsWith(extension, StringComparison.OrdinalIgnoreCase) ? stem : Path.GetFileNameWithoutExtension(stem) + extension;
    }
}
