using System.Text.Json;
using Magvit.Domain.Assets;
using Magvit.Infrastructure;
using Magvit.Infrastructure.Assets;
using Magvit.Web.Access;
using Magvit.Web.Uploads;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Magvit.Web.Api;

/// <summary>Uploaded and generated media.</summary>
internal static class AssetsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var assets = api.MapGroup("/assets").RequireAuthorization(Policies.Viewer).WithTags("Assets");
        assets.MapPost("/", UploadAsync)
            .RequireAuthorization(Policies.Creator)
            .WithSummary("Upload a video, or images that become the frames of one clip (multipart, field 'file')")
            .Produces<AssetAnswer>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        assets.MapGet("/", ListAsync).WithSummary("Assets of the workspace, newest first; kind names those to list").Produces<ListAnswer<AssetAnswer>>();
        assets.MapGet("/{id:guid}", FindAsync).WithSummary("Facts about an asset").Produces<AssetAnswer>();
        assets.MapGet("/{id:guid}/content", (Guid id, IAssetRepository repository, IArtifactStore store, HttpContext http) =>
            BytesAsync(id, asset => asset.Sha256, download: true, repository, store, http)).WithSummary("The original bytes (ranges)");
        assets.MapGet("/{id:guid}/proxy", (Guid id, IAssetRepository repository, IArtifactStore store, HttpContext http) =>
            BytesAsync(id, asset => asset.ProxySha256, download: false, repository, store, http)).WithSummary("An MP4 that browsers play (ranges)");
        assets.MapGet("/{id:guid}/poster", (Guid id, IAssetRepository repository, IArtifactStore store, HttpContext http) =>
            BytesAsync(id, asset => asset.PosterSha256, download: false, repository, store, http)).WithSummary("The first frame (PNG)");
        assets.MapGet("/{id:guid}/sheet", (Guid id, IAssetRepository repository, IArtifactStore store, HttpContext http) =>
            BytesAsync(id, asset => asset.SheetSha256, download: false, repository, store, http)).WithSummary("The filmstrip (PNG)");
    }

    private static async Task<IResult> ListAsync(
        AssetQueries queries, HttpContext http, [FromQuery] string[]? kind, string? cursor, [FromQuery] int take = 50)
    {
        var kinds = new List<AssetKind>();
        foreach (var name in kind ?? [])
        {
            if (!Enum.TryParse<AssetKind>(name, ignoreCase: true, out var parsed) || !Enum.IsDefined(parsed) || char.IsAsciiDigit(name[0]))
            {
                string[] allowed = [.. Enum.GetNames<AssetKind>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];
                return Problems.Invalid("kind", $"There is no kind '{name}'. Choose from: {string.Join(", ", allowed)}.", allowed);
            }

            kinds.Add(parsed);
        }

        var page = await queries.ListAsync(
            http.User.ToActor().WorkspaceId, new AssetFilter { Kinds = kinds }, new PageRequest(cursor, take), http.RequestAborted);
        return Results.Ok(new ListAnswer<AssetAnswer>([.. page.Items.Select(AssetAnswer.Of)], page.Next));
    }

    private static async Task<IResult> FindAsync(Guid id, IAssetRepository repository, HttpContext http) =>
        await repository.FindAsync(http.User.ToActor().WorkspaceId, id, http.RequestAborted) is { } asset
            ? Results.Ok(AssetAnswer.Of(asset))
            : Problems.NotFound("asset");

    private static async Task<IResult> BytesAsync(
        Guid id, Func<Asset, ContentHash> which, bool download, IAssetRepository repository, IArtifactStore store, HttpContext http) =>
        await repository.FindAsync(http.User.ToActor().WorkspaceId, id, http.RequestAborted) is { } asset
            ? await ArtifactAnswer.OfAsync(http, store, which(asset), download ? asset.Name : null)
            : Problems.NotFound("asset");

    /// <summary>Reads the form part by part onto disk, so that no upload is held in memory, and removes the files again.</summary>
    private static async Task<IResult> UploadAsync(ImportAsset import, UploadStore uploads, IOptions<UploadOptions> options, HttpContext http)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary)
        {
            return Problems.Invalid("file", "Send the file as multipart/form-data in the field 'file'.");
        }

        http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = options.Value.MaxFileBytes + (1 << 20);
        using var files = new MultipartFiles(uploads.CreateFolder(), options.Value);
        var failure = await files.ReadAsync(new MultipartReader(boundary, http.Request.Body), http.RequestAborted);
        if (failure is not null)
        {
            return failure;
        }

        var asset = await import.ImportAsync(http.User.ToActor(), files.Paths, files.Name, http.RequestAborted);
        return Results.Created($"/api/v1/assets/{asset.Id}", AssetAnswer.Of(asset));
    }
}
