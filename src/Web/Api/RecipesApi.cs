using Magvit.Domain.Generation;
using Magvit.Infrastructure.Media;
using Magvit.Web.Access;
using Magvit.Web.Studio;
using Magvit.Web.Uploads;
using Microsoft.AspNetCore.Http.Features;

namespace Magvit.Web.Api;

/// <summary>The recipe inside an output file: what made it, and what of that is in the workspace.</summary>
internal static class RecipesApi
{
    /// <summary>Results have some seconds of small frames; 256 MiB hold hours of them.</summary>
    private const long MaxBytes = 256 << 20;

    public static void Map(RouteGroupBuilder api) => api.MapGroup("/recipes").WithTags("Recipes")
        .MapPost("/read", ReadAsync)
        .WithSummary("Read the recipe of an mp4, webm, gif or png that the platform wrote (the body is the file), and say what is missing to make it again")
        .Produces<RecipeAnswer>()
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> ReadAsync(RecipeRestore recipes, UploadStore uploads, HttpContext http)
    {
        if (http.Request.ContentLength > MaxBytes)
        {
            return Problems.TooLarge(MaxBytes);
        }

        http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = MaxBytes;
        var folder = uploads.CreateFolder();
        try
        {
            var path = Path.Combine(folder, "file");
            await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await http.Request.Body.CopyToAsync(file, http.RequestAborted);
            }

            return await recipes.ReadAsync(http.User.ToActor(), path, http.RequestAborted) is { } found
                ? Results.Ok(new RecipeAnswer(found.Recipe, GenerationTaskCatalog.Get(found.Recipe.Task).Title, found.Draft.ToUrl(), found.Missing))
                : Problems.Unusable("This file carries no recipe: it was not made here, or the recipe was left out or taken out by a program on its way.");
        }
        catch (MediaException unreadable)
        {
            return Problems.Unusable(unreadable.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <param name="Recipe">What the file carries.</param>
    /// <param name="Title">The title of its task.</param>
    /// <param name="Url">The Studio, set up as it was.</param>
    /// <param name="Missing">What is not here, in words; empty when the clip can be made again.</param>
    internal sealed record RecipeAnswer(Recipe Recipe, string Title, string Url, IReadOnlyList<string> Missing);
}
