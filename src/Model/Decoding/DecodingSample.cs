using static TorchSharp.torch;

namespace Magvit.Model.Decoding;

/// <summary>One clip being decoded: its tokens, what is still unknown, and its own generator, so that it can share passes with any others.</summary>
public sealed class DecodingSample : IDisposable
{
    /// <summary>A sample before its first step: everything is unknown, the condition region too (spec §8).</summary>
    /// <param name="prefix">Task and class tokens.</param>
    /// <param name="conditionTokens">z~, int64 [N]; ignored where <paramref name="tokenMask"/> is false.</param>
    /// <param name="tokenMask">C, bool [N].</param>
    /// <param name="maskToken">The id of MASK.</param>
    /// <param name="options">How to decode.</param>
    /// <param name="unconditionalPrefix">Task and class tokens of a sample that is told nothing, which guidance steers away from.</param>
    /// <exception cref="ArgumentException">Guidance is asked for without that prefix.</exception>
    public DecodingSample(
        long[] prefix, Tensor conditionTokens, Tensor tokenMask, long maskToken, DecodingOptions options, long[]? unconditionalPrefix = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(tokenMask);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Steps, 1, nameof(options));
        if (options.Guidance != 0 && unconditionalPrefix is null)
        {
            throw new ArgumentException("guidance needs the prefix of an unconditional sample", nameof(unconditionalPrefix));
        }

        using var scope = NewDisposeScope();
        Prefix = prefix;
        UnconditionalPrefix = unconditionalPrefix;
        MaskToken = maskToken;
        Options = options;
        TokenMask = tokenMask.clone().DetachFromDisposeScope();
        Blank = where(tokenMask, conditionTokens, full_like(conditionTokens, maskToken)).DetachFromDisposeScope();
        Tokens = Blank.clone().DetachFromDisposeScope();
        Unknown = ones(tokenMask.shape, ScalarType.Bool).DetachFromDisposeScope();
        Generator = new Generator((ulong)options.Seed);
    }

    /// <summary>How the sample is decoded.</summary>
    public DecodingOptions Options { get; }

    /// <summary>Steps done.</summary>
    public int Step { get; private set; }

    /// <summary>Whether every token has been chosen.</summary>
    public bool IsDone => Step == Options.Steps;

    internal long[] Prefix { get; }

    internal long[]? UnconditionalPrefix { get; }

    internal long MaskToken { get; }

    internal Tensor TokenMask { get; }

    internal Tensor Blank { get; }

    internal Tensor Tokens { get; private set; }

    internal Tensor Unknown { get; private set; }

    internal Generator Generator { get; }

    /// <summary>Takes the outcome of a step.</summary>
    internal void Advance(Tensor tokens, Tensor unknown)
    {
        Tokens.Dispose();
        Unknown.Dispose();
        Tokens = tokens.DetachFromDisposeScope();
        Unknown = unknown.DetachFromDisposeScope();
        Step++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in new[] { TokenMask, Blank, Tokens, Unknown })
        {
            tensor.Dispose();
        }

        Generator.Dispose();
    }
}
