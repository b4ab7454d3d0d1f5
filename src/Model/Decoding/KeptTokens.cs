namespace Magvit.Model.Decoding;

/// <summary>Tokens that a decoding must not touch: cells that a user locked, or all but those that are to be made anew.</summary>
/// <param name="Tokens">[N]: a code for every position; only those kept are read.</param>
/// <param name="IsKept">[N].</param>
public sealed record KeptTokens(long[] Tokens, bool[] IsKept)
{
    /// <summary>Keeps all but the chosen cells, which are decoded again.</summary>
    /// <param name="tokens">A finished sample, [N].</param>
    /// <param name="again">The positions to make anew.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position lies outside the grid.</exception>
    public static KeptTokens AllBut(long[] tokens, IEnumerable<int> again)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(again);
        var isKept = Enumerable.Repeat(true, tokens.Length).ToArray();
        foreach (var cell in again)
        {
            if (cell < 0 || cell >= tokens.Length)
            {
                throw new ArgumentOutOfRangeException(nameof(again), cell, $"cells: expected 0 to {tokens.Length - 1}");
            }

            isKept[cell] = false;
        }

        return new KeptTokens(tokens, isKept);
    }

    /// <summary>Keeps all but the share of cells that the network was least sure of.</summary>
    /// <param name="tokens">A finished sample, [N].</param>
    /// <param name="confidence">The confidence of its last <see cref="DecodingStep"/>, [N].</param>
    /// <param name="share">Above 0, at most 1.</param>
    public static KeptTokens AllButWeakest(long[] tokens, float[] confidence, double share)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(confidence);
        if (share is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "share of cells to make anew: expected above 0, at most 1");
        }

        var count = Math.Max(1, (int)Math.Round(share * tokens.Length));
        return AllBut(tokens, Enumerable.Range(0, tokens.Length).OrderBy(i => confidence[i]).Take(count));
    }
}
