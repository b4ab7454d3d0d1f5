using System.Globalization;
using System.Text.Json.Serialization;

namespace Magvit.Model;

/// <summary>A box of cells of a grid: tokens that are masked together (spec §7, block masking), or that describe their part of a clip together.</summary>
/// <param name="Frames">Along time.</param>
/// <param name="Rows">Along height.</param>
/// <param name="Columns">Along width.</param>
public readonly record struct TokenBlock(int Frames, int Rows, int Columns)
{
    /// <summary>One cell, which stands for itself.</summary>
    public static TokenBlock One => new(1, 1, 1);

    /// <summary>Cells in all.</summary>
    [JsonIgnore]
    public int Volume => Frames * Rows * Columns;

    /// <summary>The box of so many times the cells along every axis.</summary>
    public TokenBlock Times(int factor) => new(Frames * factor, Rows * factor, Columns * factor);

    /// <summary>Reads frames x rows x columns, such as 1x2x2.</summary>
    /// <param name="text">The sizes, each 1 or more.</param>
    /// <param name="what">What the block is, for the message.</param>
    /// <exception cref="ArgumentException">It is no such text.</exception>
    public static TokenBlock Parse(string text, string what)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sizes = text.Split('x').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0).ToList();
        return sizes is [> 0, > 0, > 0]
            ? new TokenBlock(sizes[0], sizes[1], sizes[2])
            : throw new ArgumentException($"{what}: expected frames x rows x columns such as 1x2x2, got {text}");
    }
}
