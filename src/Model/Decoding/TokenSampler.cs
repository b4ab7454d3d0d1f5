using static TorchSharp.torch;

namespace Magvit.Model.Decoding;

/// <summary>Draws tokens from logits (spec §8; official: train_lib/sampling.py).</summary>
internal static class TokenSampler
{
    /// <summary>One code for each position, by one uniform number each: the first code at which the cumulated probability passes it.</summary>
    /// <param name="logits">float32 [B, N, K].</param>
    /// <param name="options">Temperature, top k, top p of each sample.</param>
    /// <param name="uniform">float32 [B, N] in [0, 1), on any device.</param>
    /// <returns>
    /// On the device of the logits: the codes int64 [B, N]; the logarithms of their probabilities float32 [B, N] without temperature, top k or top p.
    /// </returns>
    public static (Tensor Codes, Tensor LogProbabilities) Draw(Tensor logits, IReadOnlyList<DecodingOptions> options, Tensor uniform)
    {
        using var scope = NewDisposeScope();
        var temperatures = tensor(options.Select(o => (float)(o.SamplingTemperature ?? 1)).ToArray()).to(logits.device);
        var allowed = options.Any(IsRestricted) ? stack([.. logits.unbind(0).Zip(options, Restrict)]) : logits;
        var (codes, logProbabilities) = FusedOperators.draw(allowed, uniform.to(logits.device), temperatures);

        // Whatever stands beside it, a sample is drawn in one way; only one that is restricted is asked for the probabilities that it had before.
        var rows = logProbabilities.unbind(0);
        for (var i = 0; i < rows.Length; i++)
        {
            if (IsRestricted(options[i]))
            {
                rows[i] = nn.functional.softmax(logits.select(0, i), -1).gather(-1, codes.select(0, i).unsqueeze(-1)).squeeze(-1).log();
            }
        }

        return (codes.MoveToOuterDisposeScope(), stack(rows).MoveToOuterDisposeScope());
    }

    private static bool IsRestricted(DecodingOptions options) => options.TopK > 0 || options.TopP > 0;

    private static Tensor Restrict(Tensor logits, DecodingOptions options)
    {
        return options switch
        {
            { TopK: > 0 } => KeepLikeliest(logits, Math.Min(options.TopK, logits.size(1))),
            { TopP: > 0 } => KeepNucleus(logits, options.TopP),
            _ => logits,
        };
    }

    private static Tensor KeepLikeliest(Tensor logits, long k)
    {
        var ranks = logits.argsort(1, descending: true).argsort(1);
        return logits.masked_fill(ranks.ge(k), double.NegativeInfinity);
    }

    // The smallest set of codes whose probability reaches p: those before which less than p has come together.
    private static Tensor KeepNucleus(Tensor logits, double p)
    {
        var order = logits.argsort(1, descending: true);
        var sorted = nn.functional.softmax(logits.gather(1, order), 1);
        var isOut = (sorted.cumsum(1) - sorted).ge(p);
        return logits.masked_fill(isOut.gather(1, order.argsort(1)), double.NegativeInfinity);
    }
}
