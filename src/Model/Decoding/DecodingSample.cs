using Magvit.Model.Masking;
using Magvit.Model.Transformer;
using static TorchSharp.torch;

namespace Magvit.Model.Decoding;

/// <summary>One clip being decoded: its tokens, what is still unknown, and its own generator, so that it can share passes with any others.</summary>
public sealed class DecodingSample : IDisposable
{
    private readonly Tensor _conditionTokens;

    /// <summary>A sample before its first step, or where it stopped. At first everything but what is kept is unknown, the condition region too (spec §8).</summary>
    /// <param name="input">What it is decoded from.</param>
    /// <param name="options">How to decode.</param>
    /// <param name="state">Where it stopped; null begins.</param>
    /// <exception cref="ArgumentException">The parts do not fit each other; the message says which.</exception>
    public DecodingSample(DecodingInput input, DecodingOptions options, DecodingState? state = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var count = (int)input.TokenMask.size(0);
        if (options.IsGuided && input.UnconditionalPrefix is null)
        {
            throw new ArgumentException("guidance needs the prefix of an unconditional sample", nameof(input));
        }

        if (input.Kept is { } kept && (kept.Tokens.Length != count || kept.IsKept.Length != count))
        {
            throw new ArgumentException($"kept tokens: expected {count}, got {kept.Tokens.Length} tokens and {kept.IsKept.Length} marks", nameof(input));
        }

        using var scope = NewDisposeScope();
        Input = input;
        TokenMask = input.TokenMask.clone().DetachFromDisposeScope();
        _conditionTokens = input.ConditionTokens.clone().DetachFromDisposeScope();
        var mask = full_like(input.ConditionTokens, input.MaskToken);
        Blank = (input.Conditioning == ConditionMode.Commit ? where(TokenMask, input.ConditionTokens, mask) : mask).DetachFromDisposeScope();
        var (tokens, unknown) = Start(input, Blank);
        var open = state?.OpenAtStart ?? (int)unknown.sum().ToInt64();
        if (open == 0)
        {
            throw new ArgumentException("kept tokens: every cell is kept, nothing is left to decode", nameof(input));
        }

        // Fewer cells than steps: one a step.
        (Options, OpenAtStart) = (options with { Steps = Math.Min(options.Steps, open) }, open);
        Generator = new Generator((ulong)options.Seed);
        Tokens = tokens.DetachFromDisposeScope();
        Unknown = unknown.DetachFromDisposeScope();
        Confidence = ones([count]).DetachFromDisposeScope();
        if (state is not null)
        {
            Resume(state, count);
        }
    }

    /// <summary>How the sample is decoded.</summary>
    public DecodingOptions Options { get; }

    /// <summary>Steps done.</summary>
    public int Step { get; private set; }

    /// <summary>Whether every token has been chosen.</summary>
    public bool IsDone => Step == Options.Steps;

    /// <summary>Positions that were unknown before the first step.</summary>
    public int OpenAtStart { get; }

    internal DecodingInput Input { get; }

    internal Tensor TokenMask { get; }

    internal Tensor Blank { get; }

    internal Tensor Tokens { get; private set; }

    internal Tensor Unknown { get; private set; }

    internal Tensor Confidence { get; private set; }

    internal Generator Generator { get; }

    /// <summary>Where the sample stands, to go on from later.</summary>
    public DecodingState Save()
    {
        using var scope = NewDisposeScope();
        return new DecodingState(Step, OpenAtStart, Tokens.data<long>().ToArray(), Unknown.data<bool>().ToArray(),
            Confidence.data<float>().ToArray(), Generator.get_state().data<byte>().ToArray());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in new[] { TokenMask, _conditionTokens, Blank, Tokens, Unknown, Confidence })
        {
            tensor.Dispose();
        }

        Generator.Dispose();
    }

    /// <summary>The batch of sequences that the network sees now, of one network's samples.</summary>
    internal static TransformerInput Batch(IReadOnlyList<DecodingSample> samples)
    {
        var prefix = tensor([.. samples.SelectMany(s => s.Input.Prefix)], [samples.Count, samples[0].Input.Prefix.Length]);
        return new TransformerInput(prefix, stack(samples.Select(s => s.Tokens)), stack(samples.Select(s => s.ShownCondition(ConditionMode.Commit))))
        {
            Condition = Condition(samples, s => s.TokenMask),
        };
    }

    /// <summary>The same sequences as if nothing were known of task, class and condition (spec §8, guidance).</summary>
    internal static TransformerInput UnconditionalBatch(IReadOnlyList<DecodingSample> samples)
    {
        var tokens = stack(samples.Select(s => s.Tokens.masked_fill(s.ShownCondition(s.Input.Conditioning), s.Input.MaskToken)));
        var prefix = tensor([.. samples.SelectMany(s => s.Input.UnconditionalPrefix!)], [samples.Count, samples[0].Input.UnconditionalPrefix!.Length]);
        return new TransformerInput(prefix, tokens, zeros(tokens.shape, ScalarType.Bool)) { Condition = Condition(samples, s => zeros_like(s.TokenMask)) };
    }

    /// <summary>Where the tokens stand before the grid: those of the condition; null for the networks that see them in the grid.</summary>
    internal static ConditionPrefix? Condition(IReadOnlyList<DecodingSample> samples, Func<DecodingSample, Tensor> tokenMask) =>
        samples[0].Input.Conditioning == ConditionMode.Prefix
            ? ConditionPrefix.Pack(stack(samples.Select(s => s._conditionTokens)), stack(samples.Select(tokenMask)))
            : null;

    /// <summary>Takes the outcome of a step.</summary>
    internal void Advance(Tensor tokens, Tensor unknown, Tensor confidence)
    {
        Tokens.Dispose();
        Unknown.Dispose();
        Confidence.Dispose();
        Tokens = tokens.DetachFromDisposeScope();
        Unknown = unknown.DetachFromDisposeScope();
        Confidence = confidence.DetachFromDisposeScope();
        Step++;
    }

    // Where a condition token stands in the grid: the unknown cells of the condition; with latent masking all of them, as they stay.
    private Tensor ShownCondition(ConditionMode mode) => (mode, Input.Conditioning) switch
    {
        (ConditionMode.LatentMasking, _) => TokenMask.clone(),
        (_, ConditionMode.Commit) => TokenMask.logical_and(Unknown),
        _ => zeros_like(TokenMask),
    };

    private static (Tensor Tokens, Tensor Unknown) Start(DecodingInput input, Tensor blank)
    {
        var (tokens, unknown) = (blank.clone(), ones(input.TokenMask.shape, ScalarType.Bool));
        if (input.Conditioning == ConditionMode.LatentMasking)
        {
            (tokens, unknown) = (where(input.TokenMask, input.ConditionTokens, tokens), unknown.logical_and(input.TokenMask.logical_not()));
        }

        if (input.Kept is { } kept)
        {
            var isKept = tensor(kept.IsKept, [kept.IsKept.Length]);
            (tokens, unknown) = (where(isKept, tensor(kept.Tokens), tokens), unknown.logical_and(isKept.logical_not()));
        }

        return (tokens, unknown);
    }

    private void Resume(DecodingState state, int count)
    {
        if (state.Tokens.Length != count || state.Step < 0 || state.Step > Options.Steps)
        {
            throw new ArgumentException(
                $"state: expected {count} tokens and at most {Options.Steps} steps, got {state.Tokens.Length} tokens after {state.Step} steps", nameof(state));
        }

        Tokens.Dispose();
        Unknown.Dispose();
        Confidence.Dispose();
        Unknown = tensor(state.IsUnknown, [count]).DetachFromDisposeScope();
        Tokens = where(Unknown, Blank, tensor(state.Tokens)).DetachFromDisposeScope();
        Confidence = tensor(state.Confidence).DetachFromDisposeScope();
        Step = state.Step;
        if (state.Generator.Length > 0)
        {
            Generator.set_state(tensor(state.Generator, [state.Generator.Length]));
        }
    }
}
