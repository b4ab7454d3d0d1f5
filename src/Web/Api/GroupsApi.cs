using System.Text;
using Magvit.Domain.Generation;
using Magvit.Domain.Groups;
using Magvit.Infrastructure;
using Magvit.Infrastructure.Groups;
using Magvit.Web.Access;
using Magvit.Web.Groups;
using Microsoft.AspNetCore.Mvc;

namespace Magvit.Web.Api;

/// <summary>Sweeps over parameters and batches over a table: many jobs that are submitted, watched and cancelled together.</summary>
internal static class GroupsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var groups = api.MapGroup("/groups").WithTags("Sweeps and batches");
        groups.MapGet("/", ListAsync).WithSummary("Groups, newest first").Produces<ListAnswer<GroupSummary>>();
        groups.MapGet("/{id:guid}", FindAsync).WithSummary("A group with its jobs, in the order of the grid or table").Produces<GroupAnswer>();
        groups.MapGet("/{id:guid}/result.csv", ResultAsync).WithSummary("The group as a table: what was asked for and what came of it");
        groups.MapPost("/{id:guid}/cancel", CancelAsync).RequireAuthorization(Policies.Creator).WithSummary("Cancel all jobs of a group that have not ended");
        groups.MapPost("/sweeps", SweepAsync).RequireAuthorization(Policies.Creator)
            .WithSummary("Submit a grid over one or two parameters").Produces<GroupAnswer>(StatusCodes.Status202Accepted);
        groups.MapPost("/batches", BatchAsync).RequireAuthorization(Policies.Creator)
            .WithSummary("Submit a table (the body is a CSV file); skip=true leaves out the rows that are wrong").Produces<GroupAnswer>(StatusCodes.Status202Accepted);
        groups.MapPost("/batches/preview", PreviewAsync).RequireAuthorization(Policies.Creator)
            .WithSummary("Check a table row by row; nothing runs").Produces<PreviewAnswer>();
        groups.MapGet("/batches/example.csv", () => Results.File(Encoding.UTF8.GetBytes(BatchColumn.ExampleTable), "text/csv", "magvit-batch-example.csv"))
            .WithSummary("A table to begin with");
    }

    private static async Task<IResult> ListAsync(GroupQueries queries, HttpContext http, string? cursor, [FromQuery] int take = 50)
    {
        var page = await queries.ListAsync(http.User.ToActor().WorkspaceId, new PageRequest(cursor, take), http.RequestAborted);
        return Results.Ok(new ListAnswer<GroupSummary>(page.Items, page.Next));
    }

    private static async Task<IResult> FindAsync(Guid id, GroupQueries queries, HttpContext http) =>
        await queries.FindAsync(http.User.ToActor().WorkspaceId, id, http.RequestAborted) is { } details
            ? Results.Ok(GroupAnswer.Of(details))
            : Problems.NotFound("group");

    private static async Task<IResult> ResultAsync(Guid id, GroupQueries queries, HttpContext http) =>
        await queries.FindAsync(http.User.ToActor().WorkspaceId, id, http.RequestAborted) is { } details
            ? Results.File(Encoding.UTF8.GetBytes(GroupCsv.Write(details, $"{http.Request.Scheme}://{http.Request.Host}")), "text/csv", $"magvit-{id}.csv")
            : Problems.NotFound("group");

    private static async Task<IResult> CancelAsync(Guid id, CancelGroup cancel, HttpContext http) =>
        await cancel.CancelAsync(http.User.ToActor(), id, http.RequestAborted) is { } cancelled
            ? Results.Ok(new { cancelled })
            : Problems.NotFound("group");

    private static async Task<IResult> SweepAsync(SweepInput input, SubmitSweep sweep, GroupQueries queries, HttpContext http)
    {
        var (request, problems) = (input.Request ?? new SubmitJobInput()).Read();
        var (layout, wrong) = input.Layout();
        if (problems.Count + wrong.Count > 0 || layout is null)
        {
            return Problems.Invalid([.. problems, .. wrong]);
        }

        var result = await sweep.SubmitAsync(http.User.ToActor(), request, layout, http.RequestAborted);
        return result.Group is { } group
            ? await AcceptedAsync(group, queries, http)
            : result.QueueFull is { } limit ? TooMany(limit, layout.Count) : Problems.Invalid(result.Problems);
    }

    private static async Task<IResult> BatchAsync(
        SubmitBatch batch, GroupQueries queries, HttpContext http, string? title, [FromQuery] bool skip = false)
    {
        if (await ReadAsync(http) is not { } csv)
        {
            return Problems.TooLarge(SubmitBatch.MaxLength);
        }

        var result = await batch.SubmitAsync(http.User.ToActor(), csv, title ?? "Batch", skip, http.RequestAborted);
        if (result.Group is { } group)
        {
            return await AcceptedAsync(group, queries, http);
        }

        return result.QueueFull is { } limit
            ? TooMany(limit, result.Preview.Good.Count())
            : Problems.Invalid(
            [
                .. result.Preview.Problems,
                .. result.Preview.Rows.SelectMany(row => row.Problems.Select(problem => problem with { Message = $"Line {row.Line}: {problem.Message}" })),
            ]);
    }

    private static async Task<IResult> PreviewAsync(SubmitBatch batch, HttpContext http) => await ReadAsync(http) is { } csv
        ? Results.Ok(PreviewAnswer.Of(await batch.PreviewAsync(http.User.ToActor(), csv, http.RequestAborted)))
        : Problems.TooLarge(SubmitBatch.MaxLength);

    private static async Task<IResult> AcceptedAsync(JobGroup group, GroupQueries queries, HttpContext http) => Results.Accepted(
        $"/api/v1/groups/{group.Id}", GroupAnswer.Of((await queries.FindAsync(group.WorkspaceId, group.Id, http.RequestAborted))!));

    private static IResult TooMany(int limit, int jobs) => Results.Problem(
        title: "Too many waiting jobs",
        detail: $"These are {jobs} jobs, and you may have {limit} waiting. Wait for some to finish, cancel some, or take fewer.",
        statusCode: StatusCodes.Status429TooManyRequests);

    /// <summary>The body as text; <see langword="null"/> when it is too long.</summary>
    private static async Task<string?> ReadAsync(HttpContext http)
    {
        var buffer = new char[SubmitBatch.MaxLength + 1];
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var length = await reader.ReadBlockAsync(buffer, http.RequestAborted);
        return length > SubmitBatch.MaxLength ? null : new string(buffer, 0, length);
    }

    /// <param name="Request">What to make in every cell, as for a job.</param>
    /// <param name="Columns">What changes from left to right.</param>
    /// <param name="Rows">What changes from top to bottom; left out: one row.</param>
    internal sealed record SweepInput(SubmitJobInput? Request, AxisInput? Columns, AxisInput? Rows)
    {
        public (SweepLayout? Layout, IReadOnlyList<GenerationProblem> Problems) Layout()
        {
            var problems = new List<GenerationProblem>();
            var columns = Axis("columns", Columns);
            var rows = Rows is null ? null : Axis("rows", Rows);
            return (columns is null ? null : new SweepLayout(columns, rows), problems);

            SweepAxis? Axis(string field, AxisInput? axis)
            {
                string[] allowed = ["seed", "steps", "temperature", "guidance", "schedule", "class-name"];
                if (axis?.Parameter is { } name && allowed.Contains(name, StringComparer.Ordinal)
                    && Enum.TryParse<SweepParameter>(name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var parameter))
                {
                    return new SweepAxis(parameter, axis.Values ?? []);
                }

                problems.Add(new GenerationProblem(field, $"There is no parameter '{axis?.Parameter}' to vary. Choose one of: {string.Join(", ", allowed)}.", allowed));
                return null;
            }
        }
    }

    /// <param name="Parameter">What is varied.</param>
    /// <param name="Values">Its values, as texts.</param>
    internal sealed record AxisInput(string? Parameter, IReadOnlyList<string>? Values);

    internal sealed record GroupAnswer(Guid Id, JobGroupKind Kind, string Title, int Size, object Layout, Guid UserId, DateTimeOffset CreatedAt, IReadOnlyList<JobAnswer> Jobs, string ResultUrl)
    {
        public static GroupAnswer Of(GroupDetails details) => new(
            details.Group.Id, details.Group.Kind, details.Group.Title, details.Group.Size,
            details.Group.Kind == JobGroupKind.Sweep ? SweepLayout.FromJson(details.Group.Layout) : BatchLayout.FromJson(details.Group.Layout),
            details.Group.UserId, details.Group.CreatedAt, [.. details.Jobs.Select(JobAnswer.Of)], $"/api/v1/groups/{details.Group.Id}/result.csv");
    }

    internal sealed record PreviewAnswer(IReadOnlyList<string> Columns, int Good, int Bad, IReadOnlyList<RowAnswer> Rows, IReadOnlyList<GenerationProblem> Problems)
    {
        public static PreviewAnswer Of(BatchPreview preview) => new(
            preview.Columns, preview.Good.Count(), preview.BadCount, [.. preview.Rows.Select(row => new RowAnswer(row.Line, row.Values, row.Problems))], preview.Problems);
    }

    internal sealed record RowAnswer(int Line, IReadOnlyList<string> Values, IReadOnlyList<GenerationProblem> Problems);
}
