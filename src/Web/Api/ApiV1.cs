using Magvit.Web.Access;

namespace Magvit.Web.Api;

/// <summary>The HTTP API, version 1: everything that the pages do has a call here.</summary>
internal static class ApiV1
{
    public static void MapApiV1(this WebApplication app)
    {
        var api = app.MapGroup("/api/v1").RequireAuthorization(Policies.Viewer).AddEndpointFilter<CookieAntiforgeryFilter>();
        AssetsApi.Map(api);
        UploadsApi.Map(api);
        MasksApi.Map(api);
        JobsApi.Map(api);
        DecodingStepsApi.Map(api);
        GalleryApi.Map(api);
        DraftsApi.Map(api);
        PresetsApi.Map(api);
        RecipesApi.Map(api);
        GroupsApi.Map(api);
        ModelsApi.Map(api);
        WorkersApi.Map(api);
        AccountApi.Map(api);
        PreviewsApi.Map(api);
        app.MapOpenApi().AllowAnonymous();
    }
}
