using Magvit.Domain.Decoding;

namespace Magvit.Domain.Generation;

/// <summary>What a user wants changed in a finished clip. Everything that is not said is as it was when the clip was made.</summary>
public sealed record Revision
{
    /// <summary>Branch off after this step, 1 to the last but one: what was accepted by then stays.</summary>
    public int? Step { get; init; }

    /// <summary>Decode these cells again.</summary>
    public TokenCells? Cells { get; init; }

    /// <summary>Decode the share of cells again that the model was least sure of, above 0 and at most 1.</summary>
    public double? Weakest { get; init; }

    /// <summary>Cells that stay as they are. Without <see cref="Cells"/> and <see cref="Weakest"/>, all others are decoded again.</summary>
    public TokenCells? Locked { get; init; }

    /// <summary>
    /// Whether all pixels outside of the cells that are decoded again stay exactly as they are; else those near them change a little, since the decoder looks
    /// at neighbours. Default no.
    /// </summary>
    public bool KeepPixels { get; init; }

    /// <summary>The seed; <see langword="null"/> has one chosen.</summary>
    public long? Seed { get; init; }

    /// <summary>The choice temperature.</summary>
    public double? Temperature { get; init; }

    /// <summary>The number of decoding steps; a branch has as many as its parent.</summary>
    public int? Steps { get; init; }

    /// <summary>The number of variants; default 1.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>The cells that this revision decodes again.</summary>
    /// <param name="history">The steps of the clip.</param>
    /// <returns>The cells; none when nothing is left.</returns>
    public TokenCells CellsOf(DecodingHistory history)
    {
        IEnumerable<int> chosen = (Cells, Weakest) switch
        {
            (null, null) => Locked is null ? [] : Enumerable.Range(0, history.Grid.Count),
            _ => (Cells?.Positions ?? []).Concat(Weakest is { } share ? history.Weakest(share, Locked).Positions : []),
        };
        return TokenCells.Of(chosen.Except(Locked?.Positions ?? []));
    }
}
