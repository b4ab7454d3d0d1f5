using Magvit.Domain.Assets;
using Magvit.Web.Access;
using Magvit.Web.Uploads;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Magvit.Web.Api;

/// <summary>Large files in chunks that survive a lost connection.</summary>
internal static class UploadsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var uploads = api.MapGroup("/uploads").RequireAuthorization(Policies.Creator).WithTags("Uploads");
        uploads.MapPost("/", OpenAsync).WithSummary("Begin an upload, or find how far it has come");
        uploads.MapGet("/{id}", FindAsync).WithSummary("How far an upload has come");
        uploads.MapPut("/{id}", AppendAsync).WithSummary("Add a chunk at an offset; the body is the bytes");
        uploads.MapPost("/import", ImportAsync).WithSummary("Make an asset of finished uploads").Produces<AssetAnswer>(StatusCodes.Status201Created);
    }

    private static async Task<IResult> OpenAsync(
        OpenUpload request, UploadStore uploads, IOptions<UploadOptions> options, HttpContext http)
    {
        if (request.Size <= 0)
        {
            return Problems.Unusable("The file is empty. Choose a video or an image.");
        }

        if (request.Size > options.Value.MaxFileBytes)
        {
            return Problems.TooLarge(options.Value.MaxFileBytes);
        }

        var state = await uploads.OpenAsync(http.User.ToActor(), request.Key, request.Name, request.Size, http.RequestAborted);
        return Results.Ok(new UploadAnswer(state.Id, state.Offset, state.Size));
    }

    private static async Task<IResult> FindAsync(string id, UploadStore uploads, HttpContext http) =>
        await uploads.FindAsync(http.User.ToActor(), id, http.RequestAborted) is { } state
            ? Results.Ok(new UploadAnswer(state.Id, state.Offset, state.Size))
            : Problems.NotFound("upload");

    private static async Task<IResult> AppendAsync(string id, [FromQuery] long offset, UploadStore uploads, HttpContext http)
    {
        var actor = http.User.ToActor();
        var (result, next) = await uploads.AppendAsync(actor, id, offset, http.Request.Body, http.RequestAborted);
        return result switch
        {
            ChunkResult.Stored => Results.Ok(new { offset = next }),
            ChunkResult.WrongOffset => Results.Json(new { offset = next }, statusCode: StatusCodes.Status409Conflict),
            ChunkResult.Busy => Results.Problem(
                title: "The file is being written", detail: "Another request adds to this file. Wait a moment.", statusCode: StatusCodes.Status423Locked),
            ChunkResult.TooLong => Problems.Invalid("offset", "The chunk goes past the size that was announced."),
            _ => Problems.NotFound("upload"),
        };
    }

    private static async Task<IResult> ImportAsync(
        ImportUploads request, UploadStore uploads, ImportAsset import, IOptions<UploadOptions> options, HttpContext http)
    {
        if (request.Uploads.Count == 0 || request.Uploads.Count > options.Value.MaxFiles)
        {
            return Problems.Invalid("uploads", $"A clip is made of 1 to {options.Value.MaxFiles} files, got {request.Uploads.Count}.");
        }

        var actor = http.User.ToActor();
        foreach (var id in request.Uploads)
        {
            if (await uploads.FindAsync(actor, id, http.RequestAborted) is not { } state)
            {
                return Problems.NotFound("upload");
            }

            if (!state.IsComplete)
            {
                return Problems.Conflict($"'{state.Name}' is not there yet: {state.Offset} of {state.Size} bytes. Send the rest first.");
            }
        }

        try
        {
            var asset = await import.ImportAsync(actor, [.. request.Uploads.Select(uploads.PartPath)], request.Name, http.RequestAborted);
            return Results.Created($"/api/v1/assets/{asset.Id}", AssetAnswer.Of(asset));
        }
        finally
        {
            foreach (var id in request.Uploads)
            {
                uploads.Remove(id);
            }
        }
    }

    internal sealed record OpenUpload(string Key, string Name, long Size);

    internal sealed record UploadAnswer(string Id, long Offset, long Size);

    internal sealed record ImportUploads(IReadOnlyList<string> Uploads, string Name);
}
