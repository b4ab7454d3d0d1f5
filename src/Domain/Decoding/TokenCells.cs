using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Magvit.Domain.Decoding;

/// <summary>Some cells of a token grid, by their place in the order (t, h, w) from 0: rising, each once. Written as <c>3,7-12</c>.</summary>
[JsonConverter(typeof(TokenCellsJsonConverter))]
public sealed class TokenCells : IEquatable<TokenCells>
{
    /// <summary>The highest place that can be named; grids have some thousand cells.</summary>
    public const int MaxPosition = ushort.MaxValue;

    private readonly string _text;

    private TokenCells(int[] positions)
    {
        Positions = positions;
        _text = Write(positions);
    }

    /// <summary>The places, rising.</summary>
    public IReadOnlyList<int> Positions { get; }

    /// <summary>How many cells.</summary>
    public int Count => Positions.Count;

    /// <summary>The cells at some places, given in any order.</summary>
    /// <param name="positions">The places, 0 to <see cref="MaxPosition"/>.</param>
    /// <returns>The cells.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A place is negative or above <see cref="MaxPosition"/>.</exception>
    public static TokenCells Of(IEnumerable<int> positions)
    {
        int[] sorted = [.. positions.Distinct().Order()];
        return sorted is [] || (sorted[0] >= 0 && sorted[^1] <= MaxPosition)
            ? new TokenCells(sorted)
            : throw new ArgumentOutOfRangeException(nameof(positions), $"cells: expected places from 0 to {MaxPosition}, got {sorted[0]} to {sorted[^1]}");
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">Places and ranges with commas, such as <c>3,7-12</c>.</param>
    /// <param name="cells">The cells, when the answer is <see langword="true"/>.</param>
    /// <returns>Whether the text names cells.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out TokenCells? cells)
    {
        cells = null;
        var positions = new List<int>();
        foreach (var part in (text ?? "x").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryRead(ends[0], out var first) || !TryRead(ends[^1], out var last) || last < first || positions.Count > MaxPosition)
            {
                return false;
            }

            positions.AddRange(Enumerable.Range(first, last - first + 1));
        }

        cells = Of(positions);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(TokenCells? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TokenCells);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => _text;

    private static bool TryRead(string text, out int position) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out position) && position <= MaxPosition;

    private static string Write(int[] positions)
    {
        var text = new StringBuilder();
        for (var i = 0; i < positions.Length;)
        {
            var end = i;
            while (end + 1 < positions.Length && positions[end + 1] == positions[end] + 1)
            {
                end++;
            }

            text.Append(text.Length == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{positions[i]}");
            if (end > i)
            {
                text.Append(CultureInfo.InvariantCulture, $"-{positions[end]}");
            }

            i = end + 1;
        }

        return text.ToString();
    }
}
