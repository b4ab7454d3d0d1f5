namespace Magvit.Domain.Models;

/// <summary>The size of the grid of visual tokens (lt, lh, lw).</summary>
/// <param name="Frames">lt, tokens along time.</param>
/// <param name="Height">lh, tokens along the height.</param>
/// <param name="Width">lw, tokens along the width.</param>
public sealed record TokenGrid(int Frames, int Height, int Width)
{
    /// <summary>N, the number of tokens.</summary>
    public int Count => Frames * Height * Width;
}
