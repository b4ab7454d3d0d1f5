using System.Globalization;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Groups;

/// <summary>Queues a grid over one or two parameters of a request: everything else, the seed too, is the same in all cells.</summary>
/// <param name="submit">Checks requests.</param>
/// <param name="queue">Where jobs wait.</param>
/// <param name="limits">How many jobs a user may have.</param>
/// <param name="time">The clock.</param>
public sealed class SubmitSweep(SubmitGenerationJob submit, IJobQueue queue, JobLimits limits, TimeProvider time)
{
    /// <summary>Submits a sweep.</summary>
    /// <param name="actor">Who asks; at least a creator.</param>
    /// <param name="request">What to make in every cell.</param>
    /// <param name="layout">What to vary.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The group, or why nothing was queued.</returns>
    /// <exception cref="AccessDeniedException">The actor may only look.</exception>
    public async Task<SubmitGroupResult> SubmitAsync(
        Actor actor, GenerationRequest request, SweepLayout layout, CancellationToken cancellationToken)
    {
        actor.Require(MemberRole.Creator);
        if (Problems(layout) is { Count: > 0 } problems)
        {
            return new SubmitGroupResult(null, problems);
        }

        // 1. Every cell, and what is wrong with any of them, each thing said once.
        var shared = request with { Seed = request.Seed ?? Random.Shared.NextInt64(1_000_000_000), Samples = 1 };
        var requests = new List<PreparedGeneration>();
        var wrong = new List<GenerationProblem>();
        foreach (var row in layout.Rows?.Values ?? [""])
        {
            foreach (var column in layout.Columns.Values)
            {
                var cell = layout.Columns.Apply(shared, column);
                cell = cell is not null && layout.Rows is { } rows ? rows.Apply(cell, row) : cell;
                if (cell is null)
                {
                    wrong.Add(new GenerationProblem("values", $"'{column}'{(layout.Rows is null ? "" : $" with '{row}'")} is not a value of what is varied.", []));
                    continue;
                }

                var (prepared, found) = await submit.PrepareAsync(actor, cell, cancellationToken);
                wrong.AddRange(found);
                if (prepared is not null)
                {
                    requests.Add(prepared);
                }
            }
        }

        if (wrong.Count > 0)
        {
            return new SubmitGroupResult(null, [.. wrong.DistinctBy(problem => (problem.Field, problem.Message))]);
        }

        // 2. All jobs at once, or none.
        var now = time.GetUtcNow();
        var title = string.Create(
            CultureInfo.InvariantCulture,
            $"{GenerationTaskCatalog.Get(request.Task).Title}: {Name(layout.Columns)}{(layout.Rows is { } second ? " × " + Name(second) : "")}");
        var group = JobGroup.Create(actor, JobGroupKind.Sweep, title, layout.ToJson(), requests.Count, now);
        var limit = limits.For(actor.Role).Queued;
        return await queue.SubmitGroupAsync(group, GroupJobs.Of(actor, group, requests, now), limit, cancellationToken)
            ? new SubmitGroupResult(group, [])
            : new SubmitGroupResult(null, [], limit);
    }

    private static List<GenerationProblem> Problems(SweepLayout layout)
    {
        var problems = new List<GenerationProblem>();
        foreach (var axis in new[] { layout.Columns, layout.Rows }.OfType<SweepAxis>())
        {
            if (axis.Values.Count is < 1 or > SweepAxis.MaxValues)
            {
                problems.Add(new GenerationProblem("values", $"{Name(axis)} needs 1 to {SweepAxis.MaxValues} values, got {axis.Values.Count}. Write them as 2, 4.5, 8.", []));
            }
        }

        if (layout.Rows?.Parameter == layout.Columns.Parameter)
        {
            problems.Add(new GenerationProblem("rows", "Both sides vary the same parameter. Choose another one for one of them.", []));
        }

        if (problems.Count == 0 && layout.Count > SweepLayout.MaxCells)
        {
            problems.Add(new GenerationProblem("values", $"A sweep has at most {SweepLayout.MaxCells} clips, these would be {layout.Count}. Take fewer values.", []));
        }

        return problems;
    }

    private static string Name(SweepAxis axis) => axis.Parameter == SweepParameter.ClassName ? "class" : axis.Parameter.ToString().ToLowerInvariant();
}
