using System.Text.Json;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Domain.Models;
using Magvit.Infrastructure;
using Magvit.Infrastructure.Jobs;
using Magvit.Web.Access;
using Microsoft.AspNetCore.Mvc;

namespace Magvit.Web.Api;

/// <summary>Submit, watch and steer jobs.</summary>
internal static class JobsApi
{
    private static readonly string[] Fields = ["model", "seed", "steps", "temperature", "guidance", "samples", "schedule", "topK", "topP"];

    public static void Map(RouteGroupBuilder api)
    {
        var jobs = api.MapGroup("/jobs").WithTags("Jobs");
        jobs.MapPost("/", SubmitAsync)
            .RequireAuthorization(Policies.Creator)
            .WithSummary("Submit a job; the header Idempotency-Key makes a repeated call harmless")
            .Produces<JobAnswer>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        jobs.MapGet("/", ListAsync).WithSummary("Jobs, newest first").Produces<ListAnswer<JobAnswer>>();
        jobs.MapGet("/forecast", ForecastAsync).WithSummary("How long a run would take, judged by the latest ones").Produces<ForecastAnswer>();
        jobs.MapGet("/{id:guid}", FindAsync).WithSummary("One job").Produces<JobAnswer>();
        jobs.MapPost("/{id:guid}/cancel", (Guid id, CancelJob cancel, JobQueries queries, HttpContext http) =>
                SteerAsync(id, queries, http, "The job has ended already.", () => cancel.CancelAsync(http.User.ToActor(), id, http.RequestAborted)))
            .RequireAuthorization(Policies.Creator).WithSummary("Cancel: a waiting job at once, a running one within a step").Produces<JobAnswer>();
        jobs.MapPost("/{id:guid}/retry", (Guid id, RetryJob retry, JobQueries queries, HttpContext http) =>
                SteerAsync(
                    id, queries, http, "Only a failed or cancelled job can be tried again.", () => retry.RetryAsync(http.User.ToActor(), id, http.RequestAborted)))
            .RequireAuthorization(Policies.Creator).WithSummary("Try a failed or cancelled job again").Produces<JobAnswer>();
        jobs.MapPost("/{id:guid}/outputs/{output:int}/revise", ReviseAsync)
            .RequireAuthorization(Policies.Creator)
            .WithSummary("Go on from a finished clip: branch from a step, or decode some cells again; the header Idempotency-Key makes a repeated call harmless")
            .Produces<JobAnswer>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
    }

    private static async Task<IResult> ReviseAsync(
        Guid id, int output, Revision input, ReviseGeneration revise, JobQueries queries, HttpContext http,
        [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey) =>
        await revise.SubmitAsync(http.User.ToActor(), id, output, input, idempotencyKey, http.RequestAborted) is { } result
            ? await AnswerAsync(result, queries, http)
            : Problems.NotFound("finished clip");

    private static async Task<IResult> SubmitAsync(
        SubmitJobInput input, SubmitGenerationJob submit, IModelRegistry models, JobQueries queries, HttpContext http,
        [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey)
    {
        var (request, problems) = input.Read();
        if (problems.Count > 0)
        {
            // Say everything at once: the names that do not exist, and whatever else can be judged without them.
            var context = new GenerationContext([.. (await models.ListAsync(http.RequestAborted)).Select(ModelCapabilities.Of)]);
            var others = GenerationRequestValidator.Validate(request, context).Where(problem => Fields.Contains(problem.Field));
            return Problems.Invalid([.. problems, .. others]);
        }

        return await AnswerAsync(await submit.SubmitAsync(http.User.ToActor(), request, idempotencyKey, http.RequestAborted), queries, http);
    }

    private static async Task<IResult> AnswerAsync(SubmitGenerationResult result, JobQueries queries, HttpContext http)
    {
        if (result.QueueFull is { } limit)
        {
            return Results.Problem(
                title: "Too many waiting jobs",
                detail: $"You have {limit} jobs waiting, as many as your role may. Wait for some to finish, or cancel some.",
                statusCode: StatusCodes.Status429TooManyRequests);
        }

        if (result.Job is not { } job)
        {
            return Problems.Invalid(result.Problems);
        }

        var details = await queries.FindAsync(http.User.ToActor().WorkspaceId, job.Id, http.RequestAborted);
        return Results.Accepted($"/api/v1/jobs/{job.Id}", JobAnswer.Of(details!.Job));
    }

    private static async Task<IResult> ListAsync(
        JobQueries queries, HttpContext http, [FromQuery] string[]? state, string? cursor, [FromQuery] bool mine = false, [FromQuery] int take = 50)
    {
        var states = new List<JobState>();
        foreach (var name in state ?? [])
        {
            if (!Enum.TryParse<JobState>(name, ignoreCase: true, out var parsed) || char.IsAsciiDigit(name[0]))
            {
                string[] allowed = [.. Enum.GetNames<JobState>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];
                return Problems.Invalid("state", $"There is no state '{name}'. Choose from: {string.Join(", ", allowed)}.", allowed);
            }

            states.Add(parsed);
        }

        var actor = http.User.ToActor();
        var filter = new JobFilter { States = states, UserId = mine ? actor.UserId : null };
        var page = await queries.ListAsync(actor.WorkspaceId, filter, new PageRequest(cursor, take), http.RequestAborted);
        return Results.Ok(new ListAnswer<JobAnswer>([.. page.Items.Select(JobAnswer.Of)], page.Next));
    }

    private static async Task<IResult> FindAsync(Guid id, JobQueries queries, HttpContext http) =>
        await queries.FindAsync(http.User.ToActor().WorkspaceId, id, http.RequestAborted) is { } details
            ? Results.Ok(JobAnswer.Of(details.Job))
            : Problems.NotFound("job");

    private static async Task<IResult> ForecastAsync(
        RunForecasts forecasts, IModelRegistry models, HttpContext http, string? model, int steps = 12, int samples = 1, bool guided = false)
    {
        var installed = await models.ListAsync(http.RequestAborted);
        if (installed.FirstOrDefault(candidate => model is null || candidate.Name == model) is not { } chosen)
        {
            string[] names = [.. installed.Select(candidate => candidate.Name)];
            return Problems.Invalid("model", $"There is no model '{model}'. Choose one of: {string.Join(", ", names)}.", names);
        }

        if (steps is < 1 or > GenerationLimits.MaxSteps || samples is < 1 or > GenerationLimits.MaxSamples)
        {
            return Problems.Invalid("steps", $"A run has 1 to {GenerationLimits.MaxSteps} steps and 1 to {GenerationLimits.MaxSamples} samples.");
        }

        var forecast = await forecasts.JudgeAsync(chosen.Name, guided ? 2 * steps : steps, samples, http.RequestAborted);
        return Results.Ok(new ForecastAnswer(
            chosen.Name, forecast.Clips, forecast.RunTime?.TotalSeconds, forecast.MeasuredRuns, forecast.WaitingJobs, forecast.Workers));
    }

    private static async Task<IResult> SteerAsync(
        Guid id, JobQueries queries, HttpContext http, string impossible, Func<Task<SteerOutcome>> steer) => await steer() switch
        {
            SteerOutcome.Done => await FindAsync(id, queries, http),
            SteerOutcome.NotFound => Problems.NotFound("job"),
            _ => Problems.Conflict(impossible),
        };

    /// <param name="Model">The model that would run it.</param>
    /// <param name="Clips">How many clips it would make.</param>
    /// <param name="Seconds">How long a worker would need; left out while nothing is known.</param>
    /// <param name="MeasuredRuns">How many finished jobs that was judged by.</param>
    /// <param name="WaitingJobs">How many jobs wait for the model.</param>
    /// <param name="Workers">How many running workers have the model.</param>
    internal sealed record ForecastAnswer(string Model, int Clips, double? Seconds, int MeasuredRuns, int WaitingJobs, int Workers);
}
