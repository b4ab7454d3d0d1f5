using Magvit.Model.Masking;
using Magvit.Model.Transformer;
using static TorchSharp.torch;

namespace Magvit.Model.Decoding;

/// <summary>
/// Non-autoregressive decoding with COMMIT's refinement (spec §8; official: libml/parallel_decode.py). Owns no weights: it takes a function
/// from a batch of sequences to logits, and advances any set of samples by one step each, whatever their task, length or seed.
/// </summary>
public sealed class ParallelDecoder
{
    private readonly Func<TransformerInput, Tensor> _logits;
    private readonly int _sequencesPerPass;

    /// <summary>A decoder over a function to logits float32 [B, N, K].</summary>
    /// <param name="logits">The network.</param>
    /// <param name="sequencesPerPass">
    /// How many sequences share a forward pass. With 1, a sample's tokens are exactly those it gets alone; with more, only if the network sees to it
    /// (<see cref="RecordedTransformer.SequencesPerPass"/>).
    /// </param>
    public ParallelDecoder(Func<TransformerInput, Tensor> logits, int sequencesPerPass = 1)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequencesPerPass, 1);
        (_logits, _sequencesPerPass) = (logits, sequencesPerPass);
    }

    /// <summary>Whether what the network says without its condition is asked for in passes of its own, also where sequences may share one: half the memory, and longer.</summary>
    public bool GuidesApart { get; set; }

    /// <summary>
    /// Advances each sample by one step: (1) the forward passes, then for each (2) sample a token at every unknown position,
    /// (3) score it by its log-probability plus falling Gumbel noise, (4) keep the best and blank the rest again: to z~ in the condition region, MASK elsewhere.
    /// </summary>
    /// <param name="samples">Samples of one network, none of them done.</param>
    /// <param name="onProbabilities">Sees each sample's place and the network's probabilities float32 [N, K], which it may use during the call.</param>
    /// <returns>The outcome in the order of <paramref name="samples"/>.</returns>
    public IReadOnlyList<DecodingStep> Advance(IReadOnlyList<DecodingSample> samples, Action<int, Tensor>? onProbabilities = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Any(s => s.IsDone))
        {
            throw new ArgumentException("a sample is done already; take it out before the next step", nameof(samples));
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var logits = Logits(samples);                                                                      // 1: [B, N, K]
        var uniform = stack([.. samples.Select(s => rand([logits.size(1)], generator: s.Generator))]);
        var (codes, logConfidence) = TokenSampler.Draw(logits, [.. samples.Select(s => s.Options)], uniform);   // 2: [B, N]
        if (onProbabilities is not null)
        {
            var probabilities = nn.functional.softmax(logits, -1);
            for (var i = 0; i < samples.Count; i++)
            {
                onProbabilities(i, probabilities.select(0, i));
            }
        }

        return Choose(samples, codes.cpu(), logConfidence.cpu());
    }

    /// <summary>How many tokens stay unknown after a step (spec §8): floor(n gamma((step+1)/steps)), at least 1 and fewer than before.</summary>
    /// <param name="count">n, the positions that were unknown before the first step: N, unless some are kept.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="options">Schedule and steps.</param>
    /// <param name="unknownBefore">Unknown positions before the step.</param>
    public static long RemaskCount(int count, int step, DecodingOptions options, long unknownBefore)
    {
        ArgumentNullException.ThrowIfNull(options);
        var ratio = options.Schedule.MaskRatio((step + 1.0) / options.Steps, count);
        return Math.Max(0, Math.Min(Math.Max(1, (long)Math.Floor(count * ratio)), unknownBefore - 1));
    }

    // Each sample's logits [B, N, K]. With guidance (spec §8) away from what the network says when it is told neither task, class nor condition.
    private Tensor Logits(IReadOnlyList<DecodingSample> samples)
    {
        var guided = samples.Where(s => s.Options.IsGuided).ToList();
        var (conditional, unconditional) = Passes(samples, guided);
        if (unconditional is null)
        {
            return conditional;
        }

        var rows = conditional.unbind(0);
        for (int i = 0, j = 0; i < rows.Length; i++)
        {
            if (samples[i].Options is { IsGuided: true, Guidance: { } weight })
            {
                rows[i] = rows[i] + (rows[i] - unconditional.select(0, j++)) * weight;
            }
        }

        return stack(rows);
    }

    // Sequences that share a pass are one batch, told their condition or not. Those with a prefix of condition tokens have other lengths when they are not told.
    private (Tensor Conditional, Tensor? Unconditional) Passes(IReadOnlyList<DecodingSample> samples, List<DecodingSample> guided)
    {
        if (guided.Count > 0 && !GuidesApart && _sequencesPerPass >= samples.Count + guided.Count && samples[0].Input.Conditioning != ConditionMode.Prefix)
        {
            var all = _logits(DecodingSample.Batch(samples).And(DecodingSample.UnconditionalBatch(guided))).to(float32);
            return (all.narrow(0, 0, samples.Count), all.narrow(0, samples.Count, guided.Count));
        }

        Tensor Each(IReadOnlyList<DecodingSample> of, Func<IReadOnlyList<DecodingSample>, TransformerInput> batch) =>
            cat([.. of.Chunk(_sequencesPerPass).Select(pass => _logits(batch(pass)).to(float32))]);

        return (Each(samples, DecodingSample.Batch), guided.Count == 0 ? null : Each(guided, DecodingSample.UnconditionalBatch));
    }

    // For all samples at once, each by its own row, generator and options. The last step masks nothing again.
    private static DecodingStep[] Choose(IReadOnlyList<DecodingSample> samples, Tensor drawn, Tensor logConfidence)        // [B, N]
    {
        using var scope = NewDisposeScope();
        var (batch, count) = (samples.Count, (int)drawn.size(1));
        Tensor All(Func<DecodingSample, Tensor> row) => stack([.. samples.Select(row)]);
        var unknown = All(s => s.Unknown);
        var tokens = where(unknown, drawn, All(s => s.Tokens));

        // 3: accepted tokens score infinity.
        var gumbel = All(s => empty([count]).exponential_(1, s.Generator)).log().neg();
        var noise = tensor(samples.Select(s => (float)(s.Options.ChoiceTemperature * (1 - ((s.Step + 1.0) / s.Options.Steps)))).ToArray(), [batch, 1]);
        var score = (logConfidence + gumbel * noise).masked_fill(unknown.logical_not(), double.PositiveInfinity);

        // 4
        var unknownBefore = unknown.sum(1).data<long>().ToArray();
        var remask = samples.Select((s, i) => s.Step + 1 == s.Options.Steps ? 0 : RemaskCount(s.OpenAtStart, s.Step, s.Options, unknownBefore[i])).ToArray();
        var remains = score.argsort(1).argsort(1).lt(tensor(remask, [batch, 1]));                          // the n lowest scores
        var next = where(remains, All(s => s.Blank), tokens);
        var confidence = where(unknown, logConfidence.exp(), All(s => s.Confidence));

        var (codes, chances, accepted) = (tokens.data<long>().ToArray(), confidence.data<float>().ToArray(), remains.logical_not().data<bool>().ToArray());
        return [.. samples.Select((sample, i) =>
        {
            var row = (i * count)..((i + 1) * count);
            sample.Advance(next.select(0, i), remains.select(0, i), confidence.select(0, i));
            return new DecodingStep(sample.Step, sample.Options.Steps, codes[row], chances[row], accepted[row]);
        })];
    }
}
