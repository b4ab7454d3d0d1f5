namespace Magvit.Web.Api;

/// <summary>Where the bytes of assets are, for pages and API alike.</summary>
internal static class AssetUrls
{
    public static string Content(Guid id) => $"/api/v1/assets/{id}/content";

    public static string Proxy(Guid id) => $"/api/v1/assets/{id}/proxy";

    public static string Poster(Guid id) => $"/api/v1/assets/{id}/poster";

    public static string Sheet(Guid id) => $"/api/v1/assets/{id}/sheet";

    public static string Preview(string hash) => $"/api/v1/previews/{hash}";

    public static string Steps(Guid jobId, int output) => $"/api/v1/jobs/{jobId}/outputs/{output}/steps";

    public static string StepPreview(Guid jobId, int output, int step) => $"{Steps(jobId, output)}/{step}/preview";

    public static string Download(Guid galleryItemId, string format, bool withRecipe = true) =>
        $"/api/v1/gallery/{galleryItemId}/download?format={format}{(withRecipe ? "" : "&recipe=false")}";
}
