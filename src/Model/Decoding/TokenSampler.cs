using static TorchSharp.torch;

namespace Magvit.Model.Decoding;

/// <summary>Draws tokens from logits (spec §8; official: train_lib/sampling.py).</summary>
internal static class TokenSampler
{
    private static readonly OrdinaryOperators Ordinary = new();

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
        uniform = uniform.to(logits.device);
        var temperatures = tensor(options.Select(o => (float)(o.SamplingTemperature ?? 1)).ToArray()).to(logits.device);
        if (options.All(o => o is { TopK: 0, TopP: 0 }))
        {
            var (drawn, chances) = FusedOperators.draw(logits, uniform, temperatures);
            return (drawn.MoveToOuterDisposeScope(), chances.MoveToOuterDisposeScope());
        }

        // Codes that are left out have no chance of being drawn, which the fused operator, made for finite numbers, cannot be told.
        var allowed = stack([.. logits.unbind(0).Zip(options, Restrict)]);
        var codes = Ordinary.draw(allowed, uniform, temperatures).Codes;
        var probabilities = nn.functional.softmax(logits, -1);
        return (codes.MoveToOuterDisposeScope(), probabilities.gather(-1, codes.unsqueeze(-1)).squeeze(-1).log().MoveToOuterDisposeScope());
    }

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
