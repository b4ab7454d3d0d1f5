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
        JobsApi.Map(api);
        GalleryApi.Map(api);
        ModelsApi.Map(api);
        WorkersApi.Map(api);
        AccountApi.Map(api);
        PreviewsApi.Map(api);

        // An unknown route under /api must answer as an API, not with a page.
        app.Map("/api/{**rest}", () => Results.Problem(
            title: "Not found", detail: "There is no such call. GET /openapi/v1.json lists them.", statusCode: StatusCodes.Status404NotFound))
            .RequireAuthorization(Policies.Viewer).ExcludeFromDescription();
        app.MapOpenApi().AllowAnonymous();
    }
}
