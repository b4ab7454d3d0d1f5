using Magvit.Domain.Models;
using Magvit.Infrastructure.Models;

namespace Magvit.Web.Api;

/// <summary>The models that workers have.</summary>
internal static class ModelsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var models = api.MapGroup("/models").WithTags("Models");
        models.MapGet("/", async (ModelQueries queries, HttpContext http) =>
            Results.Ok(new ListAnswer<ModelAnswer>([.. (await queries.ListAsync(http.RequestAborted)).Select(ModelAnswer.Of)], null)))
            .WithSummary("The installed models").Produces<ListAnswer<ModelAnswer>>();
        models.MapGet("/{name}", async (string name, ModelQueries queries, HttpContext http) =>
            await queries.FindAsync(name, http.RequestAborted) is { } model ? Results.Ok(ModelAnswer.Of(model)) : Problems.NotFound("model"))
            .WithSummary("One model").Produces<ModelAnswer>();
    }

    internal sealed record ModelAnswer(
        string Name, ModelKind Kind, string Preset, string ModelHash, string TokenizerHash, int Frames, int Height, int Width, TokenGrid TokenGrid,
        IReadOnlyList<string> ClassNames, IReadOnlyList<Domain.Generation.GenerationTask> Tasks, double Guidance, long ParameterCount, string? Licence, string? Card, int Workers)
    {
        public static ModelAnswer Of(ModelSummary summary)
        {
            var model = summary.Model;
            return new ModelAnswer(
                model.Name, model.Kind, model.Preset, model.ModelHash, model.TokenizerHash, model.Frames, model.Height, model.Width, model.TokenGrid,
                model.ClassNames, model.Tasks, model.Guidance, model.ParameterCount, model.Licence, model.Card, summary.Workers);
        }
    }
}
