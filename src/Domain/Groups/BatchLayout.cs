using System.Text.Json;
using Magvit.Domain.Json;

namespace Magvit.Domain.Groups;

/// <summary>The table of a batch as it was submitted: job i is row i.</summary>
/// <param name="Columns">The names of the columns.</param>
/// <param name="Rows">The rows that run.</param>
/// <param name="Skipped">The lines that were left out because something was wrong with them.</param>
public sealed record BatchLayout(IReadOnlyList<string> Columns, IReadOnlyList<CsvRow> Rows, IReadOnlyList<int> Skipped)
{
    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The JSON.</param>
    /// <returns>The layout.</returns>
    public static BatchLayout FromJson(string json)
        => JsonSerializer.Deserialize<BatchLayout>(json, PlatformJson.Compact) ?? throw new JsonException("The layout is null.");

    /// <summary>The layout as JSON.</summary>
    /// <returns>One line of JSON.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, PlatformJson.Compact);
}
