using Magvit.Domain.Assets;
using Magvit.Infrastructure.Assets;

namespace Magvit.Web.Api;

/// <summary>An asset as the API tells about it.</summary>
internal sealed record AssetAnswer(
    Guid Id, AssetKind Kind, string Name, ContentHash Sha256, int Frames, int Width, int Height, double FrameRate, long SizeBytes,
    IReadOnlyList<string> Notes, DateTimeOffset CreatedAt, string ContentUrl, string ProxyUrl, string PosterUrl, string SheetUrl)
{
    public static AssetAnswer Of(Asset asset) => new(
        asset.Id, asset.Kind, asset.Name, asset.Sha256, asset.Frames, asset.Width, asset.Height, asset.FrameRate, asset.SizeBytes,
        asset.Notes, asset.CreatedAt, AssetUrls.Content(asset.Id), AssetUrls.Proxy(asset.Id), AssetUrls.Poster(asset.Id), AssetUrls.Sheet(asset.Id));

    public static AssetAnswer Of(AssetSummary asset) => new(
        asset.Id, asset.Kind, asset.Name, asset.Sha256, asset.Frames, asset.Width, asset.Height, asset.FrameRate, asset.SizeBytes,
        asset.Notes, asset.CreatedAt, AssetUrls.Content(asset.Id), AssetUrls.Proxy(asset.Id), AssetUrls.Poster(asset.Id), AssetUrls.Sheet(asset.Id));
}
