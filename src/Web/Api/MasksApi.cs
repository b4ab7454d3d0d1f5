using Magvit.Domain.Assets;
using Magvit.Web.Access;
using Magvit.Web.Uploads;
using Microsoft.AspNetCore.Http.Features;

namespace Magvit.Web.Api;

/// <summary>Masks that the Studio drew.</summary>
internal static class MasksApi
{
    /// <summary>64 frames of 512 x 512 as bitmaps are 2 MiB.</summary>
    private const int MaxBytes = 16 << 20;

    public static void Map(RouteGroupBuilder api) => api.MapGroup("/masks").RequireAuthorization(Policies.Creator).WithTags("Assets")
        .MapPost("/", StoreAsync)
        .WithSummary("Keep a mask: the body is a file, best one PBM bitmap a frame, white where the model shall generate")
        .Produces<AssetAnswer>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> StoreAsync(ImportAsset import, UploadStore uploads, HttpContext http)
    {
        if (http.Request.ContentLength > MaxBytes)
        {
            return Problems.TooLarge(MaxBytes);
        }

        http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = MaxBytes;
        var folder = uploads.CreateFolder();
        try
        {
            var path = Path.Combine(folder, "mask");
            await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await http.Request.Body.CopyToAsync(file, http.RequestAborted);
            }

            var asset = await import.ImportMaskAsync(http.User.ToActor(), [path], "Mask", http.RequestAborted);
            return Results.Created($"/api/v1/assets/{asset.Id}", AssetAnswer.Of(asset));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
