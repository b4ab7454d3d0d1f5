using Magvit.Domain.Generation;

namespace Magvit.Domain.Groups;

/// <summary>A table before it runs: each row with what is wrong with it.</summary>
/// <param name="Columns">The names of the columns.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Problems">What is wrong with the table as a whole; then it has no rows.</param>
public sealed record BatchPreview(IReadOnlyList<string> Columns, IReadOnlyList<BatchRow> Rows, IReadOnlyList<GenerationProblem> Problems)
{
    /// <summary>The rows that can run.</summary>
    public IEnumerable<BatchRow> Good => Rows.Where(row => row.Request is not null);

    /// <summary>How many rows cannot.</summary>
    public int BadCount => Rows.Count(row => row.Request is null);
}
