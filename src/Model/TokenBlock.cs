namespace Magvit.Model;

/// <summary>A box of cells of a grid.</summary>
/// <param name="Frames">Along time.</param>
/// <param name="Rows">Along height.</param>
/// <param name="Columns">Along width.</param>
public readonly record struct TokenBlock(int Frames, int Rows, int Columns)
{
    /// <summary>One cell, which stands for itself.</summary>
    public static TokenBlock One => new(1, 1, 1);

    /// <summary>Cells in all.</summary>
    public int Volume => Frames * Rows * Columns;

    /// <summary>The box of so many times the cells along every axis.</summary>
    public TokenBlock Times(int factor) => new(Frames * factor, Rows * factor, Columns * factor);
}
