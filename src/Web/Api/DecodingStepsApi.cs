using Magvit.Domain.Assets;
using Magvit.Domain.Decoding;
using Magvit.Infrastructure.Jobs;
using Magvit.Web.Access;

namespace Magvit.Web.Api;

/// <summary>How finished clips came to their tokens.</summary>
internal static class DecodingStepsApi
{
    private const string Gone = "stored decoding steps";

    public static void Map(RouteGroupBuilder api)
    {
        var steps = api.MapGroup("/jobs/{id:guid}/outputs/{output:int}/steps").WithTags("Jobs");
        steps.MapGet("/", GetAsync)
            .WithSummary("The decoding steps of a clip: tokens, confidence and mask of each; as a compact file, or with format=json")
            .Produces<DecodingStepsAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        steps.MapGet("/{step:int}/preview", PreviewAsync).WithSummary("The preview of one step, its frames side by side (PNG), if one was made");
    }

    private static async Task<IResult> GetAsync(Guid id, int output, JobQueries queries, IArtifactStore store, HttpContext http, string format = "file")
    {
        if (format is not ("file" or "json"))
        {
            return Problems.Invalid("format", $"There is no format '{format}'. Choose one of: file, json.", "file", "json");
        }

        if (await queries.FindStepsAsync(http.User.ToActor().WorkspaceId, id, output, http.RequestAborted) is not { } hash)
        {
            return Problems.NotFound(Gone);
        }

        if (format == "file")
        {
            return await ArtifactAnswer.OfAsync(http, store, hash, name: null);
        }

        return await DecodingHistoryFile.FindAsync(store, hash, http.RequestAborted) is { } history
            ? Results.Ok(DecodingStepsAnswer.Of(history, id, output))
            : Problems.NotFound(Gone);
    }

    private static async Task<IResult> PreviewAsync(Guid id, int output, int step, JobQueries queries, IArtifactStore store, HttpContext http)
    {
        var hash = await queries.FindStepsAsync(http.User.ToActor().WorkspaceId, id, output, http.RequestAborted);
        var history = hash is null ? null : await DecodingHistoryFile.FindAsync(store, hash, http.RequestAborted);
        return history?.Steps.FirstOrDefault(s => s.Step == step)?.Preview is { } preview
            ? await ArtifactAnswer.OfAsync(http, store, preview, name: null)
            : Problems.NotFound("preview of this step");
    }
}
