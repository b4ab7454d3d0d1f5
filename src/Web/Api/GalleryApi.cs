using Magvit.Domain.Assets;
using Magvit.Domain.Gallery;
using Magvit.Domain.Generation;
using Magvit.Infrastructure;
using Magvit.Infrastructure.Gallery;
using Magvit.Web.Access;
using Magvit.Web.Gallery;
using Microsoft.AspNetCore.Mvc;

namespace Magvit.Web.Api;

/// <summary>Finished clips with their recipes.</summary>
internal static class GalleryApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var gallery = api.MapGroup("/gallery").WithTags("Gallery");
        gallery.MapGet("/", ListAsync).WithSummary("Results, newest first").Produces<ListAnswer<GalleryAnswer>>();
        gallery.MapGet("/{id:guid}", FindAsync).WithSummary("One result with its recipe").Produces<GalleryAnswer>();
        gallery.MapGet("/{id:guid}/download", DownloadAsync).WithSummary("The clip as mp4, webm, gif or png, with its recipe inside; recipe=false leaves it out");
        gallery.MapDelete("/{id:guid}", async (Guid id, ManageGallery manage, HttpContext http) =>
            await manage.DeleteAsync(http.User.ToActor(), id, http.RequestAborted) ? Results.NoContent() : Problems.NotFound("result"))
            .RequireAuthorization(Policies.Creator).WithSummary("Put a result in the bin");
        gallery.MapPost("/{id:guid}/restore", async (Guid id, ManageGallery manage, HttpContext http) =>
            await manage.RestoreAsync(http.User.ToActor(), id, http.RequestAborted) ? Results.NoContent() : Problems.NotFound("result"))
            .RequireAuthorization(Policies.Creator).WithSummary("Take a result out of the bin");
    }

    private static async Task<IResult> ListAsync(
        GalleryQueries queries, HttpContext http, string? task, string? model, Guid? user, string? text, string? cursor, [FromQuery] int take = 50)
    {
        GenerationTaskInfo? info = null;
        if (task is not null && !GenerationTaskCatalog.TryParse(task, out info))
        {
            return Problems.Invalid([GenerationTaskCatalog.UnknownTask(task)]);
        }

        var filter = new GalleryFilter { Task = info?.Task, Model = model, CreatedBy = user, Text = text };
        var page = await queries.ListAsync(http.User.ToActor().WorkspaceId, filter, new PageRequest(cursor, take), http.RequestAborted);
        return Results.Ok(new ListAnswer<GalleryAnswer>([.. page.Items.Select(GalleryAnswer.Of)], page.Next));
    }

    private static async Task<IResult> FindAsync(Guid id, GalleryQueries queries, HttpContext http) =>
        await queries.FindAsync(http.User.ToActor().WorkspaceId, id, http.RequestAborted) is { } details
            ? Results.Ok(GalleryAnswer.Of(details.Item))
            : Problems.NotFound("result");

    private static async Task<IResult> DownloadAsync(
        Guid id, GalleryQueries queries, ClipExport export, IArtifactStore store, HttpContext http, string format = "mp4", bool recipe = true)
    {
        if (!ClipExport.Formats.Contains(format, StringComparer.Ordinal))
        {
            return Problems.Invalid("format", $"There is no format '{format}'. Choose one of: {string.Join(", ", ClipExport.Formats)}.", ClipExport.Formats);
        }

        if (await queries.FindAsync(http.User.ToActor().WorkspaceId, id, http.RequestAborted) is not { } details)
        {
            return Problems.NotFound("result");
        }

        var name = ClipExport.FileName(details.Item);
        if (format == ClipExport.Original && recipe)
        {
            return await ArtifactAnswer.OfAsync(http, store, details.Item.Asset.Sha256, name);
        }

        var file = await export.WriteAsync(details.Item, format, recipe, http.RequestAborted);
        return file is null
            ? Problems.NotFound("stored file")
            : Results.Stream(file, ClipExport.ContentType(format), $"{name}.{format}");
    }

    internal sealed record GalleryAnswer(
        Guid Id, string Title, Guid? JobId, Guid AssetId, int Frames, int Width, int Height, double FrameRate, Recipe Recipe, IReadOnlyList<Guid> Parents,
        Guid CreatedBy, string CreatedByName, DateTimeOffset CreatedAt, string Url, string PosterUrl, string DownloadUrl)
    {
        public static GalleryAnswer Of(GallerySummary item) => new(
            item.Id, item.Title, item.JobId, item.Asset.Id, item.Asset.Frames, item.Asset.Width, item.Asset.Height, item.Asset.FrameRate, item.Recipe,
            item.ParentIds, item.CreatedBy, item.CreatedByName, item.CreatedAt, AssetUrls.Content(item.Asset.Id), AssetUrls.Poster(item.Asset.Id),
            AssetUrls.Download(item.Id, ClipExport.Original));
    }
}
