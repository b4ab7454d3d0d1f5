using System.Text.Json;
using Magvit.Domain.Json;

namespace Magvit.Domain.Groups;

/// <summary>The grid of a sweep: job i is in row i / columns, column i % columns.</summary>
/// <param name="Columns">What changes from left to right.</param>
/// <param name="Rows">What changes from top to bottom; <see langword="null"/>: one row.</param>
public sealed record SweepLayout(SweepAxis Columns, SweepAxis? Rows)
{
    /// <summary>The most jobs of one sweep.</summary>
    public const int MaxCells = 64;

    /// <summary>How many jobs the grid has.</summary>
    public int Count => Columns.Values.Count * (Rows?.Values.Count ?? 1);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The JSON.</param>
    /// <returns>The layout.</returns>
    public static SweepLayout FromJson(string json)
        => JsonSerializer.Deserialize<SweepLayout>(json, PlatformJson.Compact) ?? throw new JsonException("The layout is null.");

    /// <summary>The layout as JSON.</summary>
    /// <returns>One line of JSON.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, PlatformJson.Compact);
}
