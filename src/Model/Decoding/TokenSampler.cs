using static TorchSharp.torch;

namespace Magvit.Model.Decoding;

/// <summary>Draws tokens from logits (spec §8; official: train_lib/sampling.py).</summary>
internal static class TokenSampler
{
    // Uniform numbers below 1 times a sum stay below the sum, however the product rounds.
    private const double BelowOne = 1 - (1.0 / (1 << 23));

    /// <summary>One code for each position, by one uniform number each: the first code at which the cumulated probability passes it.</summary>
    /// <param name="logits">float32 [B, N, K].</param>
    /// <param name="options">Temperature, top k, top p of each sample.</param>
    /// <param name="uniform">float32 [B, N] in [0, 1), on any device.</param>
    /// <returns>On the device of the logits: the codes int64 [B, N]; probabilities float32 [B, N, K] without temperature, top k or top p.</returns>
    public static (Tensor Codes, Tensor Probabilities) Draw(Tensor logits, IReadOnlyList<DecodingOptions> options, Tensor uniform)
    {
        using var scope = NewDisposeScope();
        var probabilities = nn.functional.softmax(logits, -1);
        var allowed = options.All(IsPlain) ? probabilities : nn.functional.softmax(stack([.. logits.unbind(0).Zip(options, Restrict)]), -1);
        var cumulated = allowed.cumsum(-1);
        var wanted = uniform.to(logits.device).unsqueeze(-1) * cumulated.narrow(-1, cumulated.size(-1) - 1, 1) * BelowOne;
        var codes = cumulated.le(wanted).sum(-1);
        return (codes.MoveToOuterDisposeScope(), probabilities.MoveToOuterDisposeScope());
    }

    private static bool IsPlain(DecodingOptions options) => options is { SamplingTemperature: null or 1, TopK: 0, TopP: 0 };

    private static Tensor Restrict(Tensor logits, DecodingOptions options)
    {
        var allowed = options switch
        {
            { TopK: > 0 } => KeepLikeliest(logits, Math.Min(options.TopK, logits.size(1))),
            { TopP: > 0 } => KeepNucleus(logits, options.TopP),
            _ => logits,
        };
        return options.SamplingTemperature is { } temperature ? allowed / temperature : allowed;
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
