using Magvit.Domain.Models;

namespace Magvit.Domain.Decoding;

/// <summary>How a clip came to its tokens, step by step: what there is to look at, to branch from and to decode again in part.</summary>
/// <remarks>Kept as a file of its own beside the clip (<see cref="DecodingHistoryFile"/>); some tens of kilobytes.</remarks>
public sealed record DecodingHistory
{
    /// <summary>The hash of the transformer's weights.</summary>
    public required string ModelHash { get; init; }

    /// <summary>The hash of the tokenizer's weights, without which tokens mean nothing.</summary>
    public required string TokenizerHash { get; init; }

    /// <summary>The grid of the tokens.</summary>
    public required TokenGrid Grid { get; init; }

    /// <summary>The steps in all, also of a history that stops before the last.</summary>
    public required int StepCount { get; init; }

    /// <summary>[N]: the cells that were given from the start: all but those that were decoded again, and those that were locked.</summary>
    public required IReadOnlyList<bool> IsGiven { get; init; }

    /// <summary>The steps from the first on, without a gap.</summary>
    public required IReadOnlyList<DecodedStep> Steps { get; init; }

    /// <summary>How many cells were to be decoded.</summary>
    public int OpenAtStart => IsGiven.Count(isGiven => !isGiven);

    /// <summary>The last step: of a finished clip, its tokens.</summary>
    public DecodedStep Last => Steps[^1];

    /// <summary>Whether every step was done.</summary>
    public bool IsWhole => Steps.Count == StepCount;

    /// <summary>The share of cells that the network was least sure of, leaving some out.</summary>
    /// <param name="share">Above 0, at most 1, of all cells that are not left out; at least one cell.</param>
    /// <param name="except">Cells to leave out.</param>
    /// <returns>The cells; none when all are left out.</returns>
    public TokenCells Weakest(double share, TokenCells? except)
    {
        if (share is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "share of cells: expected above 0, at most 1");
        }

        var left = Enumerable.Range(0, Grid.Count).Except(except?.Positions ?? []).ToList();
        return TokenCells.Of(left.OrderBy(cell => Last.Confidence[cell]).Take(Math.Max(1, (int)Math.Round(share * left.Count))));
    }
}
