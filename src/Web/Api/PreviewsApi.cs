using Magvit.Domain.Assets;
using Magvit.Infrastructure.Assets;
using Magvit.Web.Access;
using Magvit.Web.Jobs;

namespace Magvit.Web.Api;

/// <summary>Previews of running jobs: the frames side by side as PNG.</summary>
internal static class PreviewsApi
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/previews/{hash}", GetAsync).WithTags("Jobs").WithSummary("A preview of a job of the caller's workspace (PNG)");

    private static async Task<IResult> GetAsync(string hash, AssetQueries assets, RecentPreviews recent, IArtifactStore store, HttpContext http)
    {
        var workspaceId = http.User.ToActor().WorkspaceId;
        return ContentHash.TryParse(hash, out var content)
            && (recent.Contains(workspaceId, content) || await assets.MayReadAsync(workspaceId, content, http.RequestAborted))
                ? await ArtifactAnswer.OfAsync(http, store, content, name: null)
                : Problems.NotFound("preview");
    }
}
