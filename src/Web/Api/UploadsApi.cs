using Magvit.Domain.Assets;
using Magvit.Infrastructure.Media;
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
        uploads.MapDelete("/{id}", RemoveAsync).WithSummary("Give an upload up").Produces(StatusCodes.Status204NoContent);
        uploads.MapPost("/{id}/unpack", UnpackAsync).WithSummary("Take the videos and pictures out of a finished zip: each becomes a finished upload");
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
        ImportUploads request, UploadStore uploads, ImportAsset import, IAssetRepository assets, IOptions<UploadOptions> options, HttpContext http)
    {
        if (request.Uploads.Count == 0 || request.Uploads.Count > options.Value.MaxFiles)
        {
            return Problems.Invalid("uploads", $"A clip is made of 1 to {options.Value.MaxFiles} files, got {request.Uploads.Count}.");
        }

        var actor = http.User.ToActor();
        if (await uploads.FindFinishedAsync(actor, request.Uploads, http.RequestAborted) is { } finished
            && await assets.FindAsync(actor.WorkspaceId, finished, http.RequestAborted) is { } known)
        {
            return Results.Ok(AssetAnswer.Of(known));
        }

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
            var asset = await import.ImportAsync(actor, [.. request.Uploads.Select(uploads.PartPath)], request.Name, request.FrameRate, http.RequestAborted);
            await uploads.FinishAsync(actor, request.Uploads, asset.Id, CancellationToken.None);
            return Results.Created($"/api/v1/assets/{asset.Id}", AssetAnswer.Of(asset));
        }
        catch (MediaImportException)
        {
            // What cannot be used now never can. A lost connection or a stopping server, on the other hand, leaves the bytes for the next try.
            foreach (var id in request.Uploads)
            {
                uploads.Remove(id);
            }

            throw;
        }
    }

    /// <summary>Makes an upload of each file in an archive; asked again, it makes the same ones.</summary>
    private static async Task<IResult> UnpackAsync(string id, UploadStore uploads, IOptions<UploadOptions> options, HttpContext http)
    {
        var actor = http.User.ToActor();
        if (await uploads.FindAsync(actor, id, http.RequestAborted) is not { } state)
        {
            return Problems.NotFound("upload");
        }

        if (!state.IsComplete)
        {
            return Problems.Conflict($"'{state.Name}' is not there yet: {state.Offset} of {state.Size} bytes. Send the rest first.");
        }

        if (!MediaArchive.IsArchive(uploads.PartPath(id)))
        {
            uploads.Remove(id);
            return Problems.Unusable("This is not a zip archive. Upload videos and pictures themselves, or put them into a zip.");
        }

        var folder = uploads.CreateFolder();
        try
        {
            var limits = new ArchiveLimits(options.Value.MaxFiles, options.Value.MaxFileBytes, options.Value.MaxFileBytes);
            var files = await MediaArchive.UnpackAsync(uploads.PartPath(id), folder, limits, http.RequestAborted);
            var unpacked = new List<UnpackedUpload>();
            foreach (var (file, i) in files.Select((file, i) => (file, i)))
            {
                var taken = await uploads.TakeAsync(actor, $"{id}/{i}", file.Name, file.Path, http.RequestAborted);
                unpacked.Add(new UnpackedUpload(taken.Id, file.Name, taken.Size));
            }

            return Results.Ok(new { files = unpacked });
        }
        catch (MediaException refusal)
        {
            uploads.Remove(id);
            return Problems.Unusable(refusal.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IResult> RemoveAsync(string id, UploadStore uploads, HttpContext http)
    {
        if (await uploads.FindAsync(http.User.ToActor(), id, http.RequestAborted) is null)
        {
            return Problems.NotFound("upload");
        }

        uploads.Remove(id);
        return Results.NoContent();
    }

    internal sealed record OpenUpload(string Key, string Name, long Size);

    internal sealed record UploadAnswer(string Id, long Offset, long Size);

    internal sealed record UnpackedUpload(string Id, string Name, long Size);

    /// <param name="Uploads">The uploads, in the order of the frames.</param>
    /// <param name="Name">The name that people see.</param>
    /// <param name="FrameRate">How many still images are shown in a second; videos keep their own.</param>
    internal sealed record ImportUploads(IReadOnlyList<string> Uploads, string Name, double? FrameRate = null);
}
