namespace Magvit.Domain.Groups;

/// <summary>A row of a table.</summary>
/// <param name="Line">Its line in the file, from 1.</param>
/// <param name="Values">Its values, one for each column.</param>
public sealed record CsvRow(int Line, IReadOnlyList<string> Values);
