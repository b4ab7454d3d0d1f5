using static TorchSharp.torch;

namespace Magvit.Model.Metrics;

/// <summary>How evenly a tokenizer uses its codes (spec §10.3).</summary>
/// <param name="Used">Share of codes that occur at least once, 0 to 1.</param>
/// <param name="Percentile10">The 10th percentile of count over mean count; 1 for codes used evenly.</param>
/// <param name="Percentile90">The 90th percentile of count over mean count.</param>
/// <param name="Perplexity">exp of the entropy of the codes' shares: how many evenly used codes would carry as much.</param>
public sealed record CodebookUsage(double Used, double Percentile10, double Percentile90, double Perplexity)
{
    /// <summary>Use over a set of tokens.</summary>
    /// <param name="tokens">int64 of any shape, each from 0 to <paramref name="codes"/> - 1.</param>
    /// <param name="codes">K, the size of the codebook.</param>
    public static CodebookUsage Of(Tensor tokens, int codes)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var scope = NewDisposeScope();
        return Of(tokens.cpu().reshape(-1).bincount(minlength: codes).data<long>().ToArray());
    }

    /// <summary>Use by how often each code occurred.</summary>
    /// <exception cref="ArgumentException">No token was counted.</exception>
    public static CodebookUsage Of(IReadOnlyList<long> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        double total = counts.Sum();
        if (total <= 0)
        {
            throw new ArgumentException("counts: expected at least one token", nameof(counts));
        }

        var relative = counts.Select(c => c * counts.Count / total).Order().ToArray();
        var entropy = -counts.Where(c => c > 0).Sum(c => c / total * Math.Log(c / total));
        return new CodebookUsage(counts.Count(c => c > 0) / (double)counts.Count, Percentile(relative, 0.1), Percentile(relative, 0.9), Math.Exp(entropy));
    }

    // Linear between the two nearest ranks, numpy's default.
    private static double Percentile(double[] sorted, double share)
    {
        var rank = share * (sorted.Length - 1);
        var below = (int)rank;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (rank - below);
    }
}
