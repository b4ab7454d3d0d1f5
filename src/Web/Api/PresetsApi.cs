using Magvit.Domain.Generation;
using Magvit.Domain.Presets;
using Magvit.Web.Access;

namespace Magvit.Web.Api;

/// <summary>Run settings under a name, shared with the workspace.</summary>
internal static class PresetsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var presets = api.MapGroup("/presets").WithTags("Presets");
        presets.MapGet("/", ListAsync).WithSummary("The presets of the workspace, by name").Produces<ListAnswer<PresetAnswer>>();
        presets.MapPost("/", CreateAsync).RequireAuthorization(Policies.Creator).WithSummary("Save settings under a name")
            .Produces<PresetAnswer>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest);
        presets.MapPut("/{id:guid}", ChangeAsync).RequireAuthorization(Policies.Creator).WithSummary("Rename a preset, or give it other settings")
            .Produces<PresetAnswer>().ProducesProblem(StatusCodes.Status400BadRequest);
        presets.MapDelete("/{id:guid}", async (Guid id, ManagePresets manage, HttpContext http) =>
                Answer(await manage.DeleteAsync(http.User.ToActor(), id, http.RequestAborted), _ => Results.NoContent()))
            .RequireAuthorization(Policies.Creator).WithSummary("Put a preset in the bin");
        presets.MapPost("/{id:guid}/restore", async (Guid id, ManagePresets manage, HttpContext http) =>
                Answer(await manage.RestoreAsync(http.User.ToActor(), id, http.RequestAborted), _ => Results.NoContent()))
            .RequireAuthorization(Policies.Creator).WithSummary("Take a preset out of the bin");
    }

    private static async Task<IResult> ListAsync(IRunPresetRepository presets, HttpContext http) => Results.Ok(new ListAnswer<PresetAnswer>(
        [.. (await presets.ListAsync(http.User.ToActor().WorkspaceId, http.RequestAborted)).Select(PresetAnswer.Of)], null));

    private static async Task<IResult> CreateAsync(PresetInput input, ManagePresets manage, HttpContext http)
    {
        var (settings, problems) = input.Read();
        return problems.Count > 0
            ? Problems.Invalid(problems)
            : Answer(
                await manage.CreateAsync(http.User.ToActor(), input.Name ?? "", settings ?? new RunPresetSettings(), http.RequestAborted),
                preset => Results.Created($"/api/v1/presets/{preset.Id}", PresetAnswer.Of(preset)));
    }

    private static async Task<IResult> ChangeAsync(Guid id, PresetInput input, ManagePresets manage, HttpContext http)
    {
        var (settings, problems) = input.Read();
        return problems.Count > 0
            ? Problems.Invalid(problems)
            : Answer(
                await manage.ChangeAsync(http.User.ToActor(), id, input.Name, settings, http.RequestAborted),
                preset => Results.Ok(PresetAnswer.Of(preset)));
    }

    private static IResult Answer(PresetResult result, Func<RunPreset, IResult> success) => result switch
    {
        { Preset: { } preset } => success(preset),
        { Problems.Count: > 0 } => Problems.Invalid(result.Problems),
        _ => Problems.NotFound("preset"),
    };

    /// <param name="Name">The name.</param>
    /// <param name="Settings">What it sets; what is left out has its default.</param>
    internal sealed record PresetInput(string? Name, SettingsInput? Settings)
    {
        public (RunPresetSettings? Settings, IReadOnlyList<GenerationProblem> Problems) Read() => Settings switch
        {
            null => (null, []),
            { Task: { } task } when !GenerationTaskCatalog.TryParse(task, out _) => (null, [GenerationTaskCatalog.UnknownTask(task)]),
            _ => (Settings.Read(), []),
        };
    }

    /// <summary>As in <see cref="SubmitJobInput"/>; the task is a text so that an unknown one is answered with the list.</summary>
    internal sealed record SettingsInput(
        int? Steps, int? Samples, double? Temperature, string? Schedule, double? Guidance, bool? KeepInput,
        long? Seed, string? Model, string? ClassName, string? Task, Guid? Mask)
    {
        public RunPresetSettings Read()
        {
            var defaults = new RunPresetSettings();
            return new RunPresetSettings
            {
                Steps = Steps ?? defaults.Steps,
                Samples = Samples ?? defaults.Samples,
                Temperature = Temperature ?? defaults.Temperature,
                Schedule = Schedule ?? defaults.Schedule,
                Guidance = Guidance,
                KeepInput = KeepInput,
                Seed = Seed,
                Model = Model,
                ClassName = ClassName,
                Task = GenerationTaskCatalog.TryParse(Task, out var info) ? info.Task : null,
                Mask = Mask,
            };
        }
    }

    internal sealed record PresetAnswer(Guid Id, string Name, RunPresetSettings Settings, Guid CreatedBy, DateTimeOffset CreatedAt)
    {
        public static PresetAnswer Of(RunPreset preset) => new(preset.Id, preset.Name, preset.Settings, preset.CreatedBy, preset.CreatedAt);
    }
}
