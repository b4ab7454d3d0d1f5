using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Groups;

/// <summary>Checks the rows of a table and queues them. While a row is wrong nothing runs, unless the user says that such rows are skipped.</summary>
/// <param name="submit">Checks requests.</param>
/// <param name="assets">The clips and masks.</param>
/// <param name="queue">Where jobs wait.</param>
/// <param name="limits">How many jobs a user may have.</param>
/// <param name="time">The clock.</param>
public sealed class SubmitBatch(SubmitGenerationJob submit, IAssetRepository assets, IJobQueue queue, JobLimits limits, TimeProvider time)
{
    /// <summary>The most rows of a table.</summary>
    public const int MaxRows = 500;

    /// <summary>The longest table, in characters.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>Checks a table; nothing runs.</summary>
    /// <param name="actor">Who asks; at least a creator.</param>
    /// <param name="csv">The table.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Each row with what is wrong with it.</returns>
    /// <exception cref="AccessDeniedException">The actor may only look.</exception>
    public async Task<BatchPreview> PreviewAsync(Actor actor, string csv, CancellationToken cancellationToken)
    {
        actor.Require(MemberRole.Creator);
        CsvTable table;
        try
        {
            table = csv.Length <= MaxLength ? CsvTable.Parse(csv) : throw new FormatException($"The table is too long. Split it into parts of at most {MaxRows} rows.");
        }
        catch (FormatException wrong)
        {
            return new BatchPreview([], [], [new GenerationProblem("table", wrong.Message, [])]);
        }

        if (Problems(table) is { Count: > 0 } problems)
        {
            return new BatchPreview(table.Columns, [], problems);
        }

        var rows = new List<BatchRow>();
        var known = new Dictionary<string, Guid?>(StringComparer.Ordinal);
        foreach (var row in table.Rows)
        {
            rows.Add(await CheckAsync(actor, table.Columns, row, known, cancellationToken));
        }

        return new BatchPreview(table.Columns, rows, []);
    }

    /// <summary>Queues the rows of a table, all at once.</summary>
    /// <param name="actor">Who asks; at least a creator.</param>
    /// <param name="csv">The table.</param>
    /// <param name="title">The name of the batch, such as the file's.</param>
    /// <param name="skipBadRows">Whether rows that are wrong are left out; otherwise nothing runs while there is one.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The group, or why nothing was queued.</returns>
    /// <exception cref="AccessDeniedException">The actor may only look.</exception>
    public async Task<SubmitBatchResult> SubmitAsync(
        Actor actor, string csv, string title, bool skipBadRows, CancellationToken cancellationToken)
    {
        var preview = await PreviewAsync(actor, csv, cancellationToken);
        BatchRow[] good = [.. preview.Good];
        if (preview.Problems.Count > 0 || good.Length == 0 || (preview.BadCount > 0 && !skipBadRows))
        {
            return new SubmitBatchResult(null, preview);
        }

        var now = time.GetUtcNow();
        var layout = new BatchLayout(
            preview.Columns, [.. good.Select(row => new CsvRow(row.Line, row.Values))], [.. preview.Rows.Where(row => row.Request is null).Select(row => row.Line)]);
        var name = string.IsNullOrWhiteSpace(title) ? "Batch" : title.Trim();
        var group = JobGroup.Create(actor, JobGroupKind.Batch, name, layout.ToJson(), good.Length, now);
        var limit = limits.For(actor.Role).Queued;
        return await queue.SubmitGroupAsync(group, GroupJobs.Of(actor, group, [.. good.Select(row => row.Request!)], now), limit, cancellationToken)
            ? new SubmitBatchResult(group, preview)
            : new SubmitBatchResult(null, preview, limit);
    }

    private static List<GenerationProblem> Problems(CsvTable table)
    {
        var names = BatchColumn.All.Select(column => column.Name).ToList();
        var problems = new List<GenerationProblem>();
        foreach (var unknown in table.Columns.Where(column => !names.Contains(column, StringComparer.Ordinal)))
        {
            problems.Add(new GenerationProblem("table", $"There is no column '{unknown}'. The columns are: {string.Join(", ", names)}.", names));
        }

        if (table.Columns.GroupBy(column => column).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            problems.Add(new GenerationProblem("table", $"The column '{twice.Key}' is there twice.", []));
        }

        if (!table.Columns.Contains("task", StringComparer.Ordinal))
        {
            problems.Add(new GenerationProblem("table", "The column 'task' is missing: its first row names the columns, such as task,input,seed.", []));
        }

        if (table.Rows.Count is 0 or > MaxRows)
        {
            problems.Add(new GenerationProblem("table", $"A table has 1 to {MaxRows} rows below the names of the columns, got {table.Rows.Count}.", []));
        }

        return problems;
    }

    private async Task<BatchRow> CheckAsync(
        Actor actor, IReadOnlyList<string> columns, CsvRow row, Dictionary<string, Guid?> known, CancellationToken cancellationToken)
    {
        var problems = new List<GenerationProblem>();
        if (row.Values.Count > columns.Count)
        {
            problems.Add(new GenerationProblem("table", $"The row has {row.Values.Count} values for {columns.Count} columns. Put values with commas into quotes.", []));
        }

        var request = new GenerationRequest { Task = default };
        var hasTask = false;
        for (var i = 0; i < columns.Count; i++)
        {
            var column = BatchColumn.All.First(candidate => candidate.Name == columns[i]);
            var value = row.Values[i];
            if (value.Length == 0)
            {
                continue;
            }

            if (column.Name is BatchColumn.Input or BatchColumn.Mask && !Guid.TryParse(value, out _))
            {
                if (!known.TryGetValue(value, out var found))
                {
                    known[value] = found = await assets.FindNamedAsync(actor.WorkspaceId, value, cancellationToken);
                }

                if (found is not { } id)
                {
                    problems.Add(new GenerationProblem(column.Name, $"There is no {(column.Name == BatchColumn.Mask ? "mask" : "clip")} named '{value}' in this workspace.", []));
                    continue;
                }

                value = id.ToString();
            }

            if (column.Apply(request, value) is { } changed)
            {
                request = changed;
                hasTask |= column.Name == "task";
            }
            else
            {
                problems.Add(column.Name == "task"
                    ? GenerationTaskCatalog.UnknownTask(value)
                    : new GenerationProblem(column.Name, $"'{value}' is no value for '{column.Name}'. {column.Help}", []));
            }
        }

        if (!hasTask)
        {
            return new BatchRow(row.Line, row.Values, null, problems.Count > 0 ? problems : [GenerationTaskCatalog.UnknownTask(null)]);
        }

        var (prepared, more) = await submit.PrepareAsync(actor, request, cancellationToken);
        // A clip that was not found is said once, by its name.
        problems.AddRange(more.Where(problem => !problems.Exists(other => other.Field == problem.Field)));
        return new BatchRow(row.Line, row.Values, problems.Count == 0 ? prepared : null, problems);
    }
}
