using Magvit.Model.Transformer;
using static TorchSharp.torch;

namespace Magvit.Model.Decoding;

/// <summary>The autoregressive baseline's decoder (spec §7, §11; official: train_lib/lm_sample_decode.py): one token a pass, N passes a clip.</summary>
public sealed class AutoregressiveDecoder
{
    private readonly MaskedTransformer _transformer;

    /// <summary>A decoder over a causal network.</summary>
    /// <exception cref="ArgumentException">The network is not causal.</exception>
    public AutoregressiveDecoder(MaskedTransformer transformer)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        _transformer = transformer.Config.IsCausal
            ? transformer
            : throw new ArgumentException("a masked transformer is decoded in parallel; only a causal one goes token by token", nameof(transformer));
    }

    /// <summary>Decodes samples to their end, each with its own temperature, top k, top p and generator; tokens that a sample keeps are said for it.</summary>
    /// <param name="samples">Samples that have not begun.</param>
    /// <param name="onToken">Hears how many tokens are done.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    /// <returns>The tokens [N] of each.</returns>
    /// <exception cref="ArgumentException">A sample asks for guidance, which goes with parallel decoding.</exception>
    public IReadOnlyList<long[]> Decode(IReadOnlyList<DecodingSample> samples, Action<int>? onToken, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Any(s => s.Options.IsGuided))
        {
            throw new ArgumentException("guidance: autoregressive decoding has none", nameof(samples));
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var count = _transformer.Config.TokenCount;
        using var cache = new AttentionCache(_transformer.Config.SequenceLength);
        var prefix = tensor([.. samples.SelectMany(s => s.Input.Prefix)], [samples.Count, samples[0].Input.Prefix.Length]);
        var kept = samples.Select(s => s.Save()).ToList();
        var tokens = samples.Select(s => new long[count]).ToList();
        var options = samples.Select(s => s.Options).ToList();
        var logits = _transformer.Begin(prefix, DecodingSample.Condition(samples, s => s.TokenMask)!, cache);
        for (var position = 0; position < count; position++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var uniform = stack([.. samples.Select(s => rand([1], generator: s.Generator))]);
            var drawn = TokenSampler.Draw(logits.unsqueeze(1), options, uniform).Codes.cpu().data<long>().ToArray();
            for (var i = 0; i < samples.Count; i++)
            {
                tokens[i][position] = kept[i].IsUnknown[position] ? drawn[i] : kept[i].Tokens[position];
            }

            onToken?.Invoke(position + 1);
            if (position + 1 < count)
            {
                logits = _transformer.Continue(tensor([.. tokens.Select(t => t[position])]), position + 1, cache).MoveToOuterDisposeScope();
            }
        }

        return tokens;
    }
}
