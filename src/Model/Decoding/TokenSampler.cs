using static TorchSharp.torch;

namespace Magvit.Model.Decoding;

/// <summary>Draws tokens from logits (spec §8; official: train_lib/sampling.py).</summary>
internal static class TokenSampler
{
    /// <summary>One code for each row, int64 [M].</summary>
    /// <param name="logits">float32 [M, K].</param>
    /// <param name="options">Temperature, top k, top p.</param>
    /// <param name="generator">Source of the noise; the same amount is taken whatever the options.</param>
    public static Tensor Draw(Tensor logits, DecodingOptions options, Generator generator)
    {
        using var scope = NewDisposeScope();
        var allowed = options switch
        {
            { TopK: > 0 } => KeepLikeliest(logits, Math.Min(options.TopK, logits.size(1))),
            { TopP: > 0 } => KeepNucleus(logits, options.TopP),
            _ => logits,
        };

        // The arg max of p / Exp(1) is a draw from p.
        var logProbabilities = nn.functional.log_softmax(options.SamplingTemperature is null or 1 ? allowed : allowed / options.SamplingTemperature.Value, -1);
        var noise = empty(logits.shape).exponential_(1, generator);
        return (logProbabilities - noise.log()).argmax(-1).MoveToOuterDisposeScope();
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
