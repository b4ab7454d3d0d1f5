using Magvit.Model.Decoding;
using Magvit.Model.Masking;
using Magvit.Model.Tests.Golden;
using Magvit.Model.Transformer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Specification;

/// <summary>Spec §15.9: decoding with a real network over the paper's grid of 1024 tokens.</summary>
public class Test09Decode
{
    private const int Count = 1024;

    // Small, but the shapes that matter are the paper's: sequences of 1026, several heads.
    private static readonly TransformerConfig Config = new()
    {
        Layers = 1,
        Heads = 2,
        Width = 32,
        MlpWidth = 64,
        EmbeddingWidth = 32,
        Codes = 50,
        Classes = 4,
    };

    // Spec §8: tokens still masked after each of 12 steps; the last is nominal, and so left out.
    [Theory]
    [InlineData("cosine", new long[] { 1015, 989, 946, 886, 812, 724, 623, 512, 391, 265, 133 })]
    [InlineData("uniform", new long[] { 938, 853, 768, 682, 597, 512, 426, 341, 256, 170, 85 })]
    [InlineData("exp", new long[] { 1022, 1020, 1018, 1013, 1006, 992, 966, 922, 842, 701, 449 })]
    public void Advance_TwelveSteps_LeavesAsManyMaskedAsTheTable(string schedule, long[] expected)
    {
        using var transformer = Network();
        using var sample = Sample(transformer, new DecodingOptions { Schedule = MaskSchedules.Parse(schedule), Seed = 1 });
        var decoder = new ParallelDecoder(transformer.forward);
        var steps = new List<DecodingStep>();
        while (!sample.IsDone)
        {
            steps.Add(decoder.Advance([sample])[0]);
        }

        Assert.Equal(12, steps.Count);
        Assert.Equal(expected, steps.SkipLast(1).Select(s => s.IsAccepted.LongCount(a => !a)));
        Assert.All(steps[^1].IsAccepted, Assert.True);
        foreach (var (before, after) in steps.Zip(steps.Skip(1)))
        {
            for (var i = 0; i < Count; i++)
            {
                // Accepted tokens never change, and keep the probability with which they were accepted.
                Assert.True(!before.IsAccepted[i] || (after.IsAccepted[i] && after.Tokens[i] == before.Tokens[i] && after.Confidence[i] == before.Confidence[i]));
            }
        }

        Assert.All(steps[^1].Tokens, t => Assert.InRange(t, 0, Config.Codes - 1));      // no MASK, no class, no special token
    }

    [Fact]
    public void Advance_BatchOfEight_GivesTheTokensOfEightAlone()
    {
        using var transformer = Network();
        var decoder = new ParallelDecoder(transformer.forward);
        DecodingOptions Options(int i) => new() { Seed = i, Steps = 4 + i, ChoiceTemperature = i, Guidance = i % 3 };
        var alone = Enumerable.Range(0, 8).Select(i =>
        {
            using var sample = Sample(transformer, Options(i), i);
            return Finish(decoder, [sample])[0];
        }).ToList();
        var samples = Enumerable.Range(0, 8).Select(i => Sample(transformer, Options(i), i)).ToList();
        var together = Finish(decoder, samples);
        samples.ForEach(s => s.Dispose());
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(alone[i].Tokens, together[i].Tokens);
            Assert.Equal(alone[i].Confidence, together[i].Confidence);
        }
    }

    // Through bytes, at every step, into a new sample: as if it had never stopped.
    [Fact]
    public void Save_AndResumeAtAnyStep_EndsAsTheUninterrupted()
    {
        using var transformer = Network();
        var decoder = new ParallelDecoder(transformer.forward);
        var options = new DecodingOptions { Seed = 7, Steps = 6 };
        using var whole = Sample(transformer, options);
        var expected = Finish(decoder, [whole])[0];
        DecodingStep? last = null;
        byte[]? state = null;
        for (var step = 0; step < 6; step++)
        {
            using var sample = Sample(transformer, options, 0, state is null ? null : DecodingState.FromBytes(state));
            last = decoder.Advance([sample])[0];
            state = sample.Save().ToBytes();
            Assert.InRange(state.Length, Count, 16 * Count);                            // some kilobytes
        }

        Assert.Equal(expected.Tokens, last!.Tokens);
        Assert.Equal(expected.Confidence, last.Confidence);
    }

    [Fact]
    public void Resume_WithoutTheGenerator_BranchesOffAndKeepsWhatWasAccepted()
    {
        using var transformer = Network();
        var decoder = new ParallelDecoder(transformer.forward);
        var options = new DecodingOptions { Seed = 7, Steps = 6 };
        using var first = Sample(transformer, options);
        decoder.Advance([first]);
        decoder.Advance([first]);
        decoder.Advance([first]);
        var middle = first.Save();
        using var branch = Sample(transformer, options with { Seed = 8 }, 0, middle with { Generator = [] });
        var (mine, other) = (Finish(decoder, [first])[0].Tokens, Finish(decoder, [branch])[0].Tokens);
        Assert.NotEqual(mine, other);
        Assert.All(Enumerable.Range(0, Count).Where(i => !middle.IsUnknown[i]), i => Assert.Equal(mine[i], other[i]));
    }

    [Fact]
    public void Advance_LockedCells_NeverChangeAndTheRestIsMade()
    {
        using var transformer = Network();
        var decoder = new ParallelDecoder(transformer.forward);
        var locked = new KeptTokens([.. Enumerable.Range(0, Count).Select(i => (long)(i % 50))], [.. Enumerable.Range(0, Count).Select(i => i % 4 == 0)]);
        using var sample = Sample(transformer, new DecodingOptions { Seed = 3, Steps = 5 }, 0, null, locked);
        while (!sample.IsDone)
        {
            var step = decoder.Advance([sample])[0];
            Assert.All(Enumerable.Range(0, Count).Where(i => i % 4 == 0), i =>
                Assert.Equal((locked.Tokens[i], true, 1f), (step.Tokens[i], step.IsAccepted[i], step.Confidence[i])));
        }
    }

    [Fact]
    public void Advance_ChosenCellsAgain_ChangesOnlyThese()
    {
        using var transformer = Network();
        var decoder = new ParallelDecoder(transformer.forward);
        using var sample = Sample(transformer, new DecodingOptions { Seed = 3, Steps = 5 });
        var first = Finish(decoder, [sample])[0];
        var kept = KeptTokens.AllButWeakest(first.Tokens, first.Confidence, 0.1);
        Assert.Equal(Count - 102, kept.IsKept.Count(k => k));
        Assert.True(first.Confidence.Where((_, i) => !kept.IsKept[i]).Max() <= first.Confidence.Where((_, i) => kept.IsKept[i]).Min());
        using var again = Sample(transformer, new DecodingOptions { Seed = 4 }, 0, null, kept);
        var second = Finish(decoder, [again])[0];
        Assert.NotEqual(first.Tokens, second.Tokens);
        Assert.All(Enumerable.Range(0, Count).Where(i => kept.IsKept[i]), i => Assert.Equal(first.Tokens[i], second.Tokens[i]));

        // Three cells take three steps at most.
        using var few = Sample(transformer, new DecodingOptions { Seed = 4 }, 0, null, KeptTokens.AllBut(first.Tokens, [1, 2, 3]));
        Assert.Equal(3, few.Options.Steps);
        Assert.Contains("nothing is left", Assert.Throws<ArgumentException>(() =>
            Sample(transformer, new DecodingOptions(), 0, null, KeptTokens.AllBut(first.Tokens, []))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Advance_OnProbabilities_SeesADistributionForEveryPosition()
    {
        using var scope = NewDisposeScope();
        using var transformer = Network();
        using var sample = Sample(transformer, new DecodingOptions { Seed = 3, Steps = 2 });
        float[]? chosen = null;
        float[]? all = null;
        var step = new ParallelDecoder(transformer.forward).Advance([sample], (place, probabilities) =>
        {
            Assert.Equal(0, place);
            Assert.Equal([Count, 50L], probabilities.shape);
            Assert.True(probabilities.sum(1).sub(1).abs().max().ToDouble() < 1e-5);
            all = probabilities.data<float>().ToArray();
        })[0];
        chosen = [.. step.Tokens.Select((t, i) => all![i * 50 + t])];
        Assert.All(chosen.Zip(step.Confidence), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1e-9)]
    public void Advance_OnlyTheLikeliestCode_IsGreedy(int topK, double topP)
    {
        using var transformer = Network();
        long[] Tokens(long seed)
        {
            using var sample = Sample(transformer, new DecodingOptions { Seed = seed, Steps = 1, TopK = topK, TopP = topP });
            return new ParallelDecoder(transformer.forward).Advance([sample])[0].Tokens;
        }

        Assert.Equal(Tokens(1), Tokens(2));
    }

    // The fractions of 20,000 draws: five standard deviations are below 0.018.
    [Theory]
    [InlineData(0, 0, new[] { 0.5, 0.3, 0.15, 0.05 })]
    [InlineData(2, 0, new[] { 0.625, 0.375, 0, 0 })]
    [InlineData(0, 0.7, new[] { 0.625, 0.375, 0, 0 })]
    [InlineData(0, 0.81, new[] { 0.5263, 0.3158, 0.1579, 0 })]
    public void Draw_TopKTopP_RenormalisesTheRest(int topK, double topP, double[] expected)
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { 0.5f, 0.3f, 0.15f, 0.05f }).log().expand(1, 20_000, 4);
        var uniform = rand([1, 20_000], generator: new Generator(1));
        var drawn = TokenSampler.Draw(logits, [new DecodingOptions { TopK = topK, TopP = topP }], uniform).Codes.data<long>().ToArray();
        for (var k = 0; k < 4; k++)
        {
            Assert.Equal(expected[k], drawn.Count(d => d == k) / 20_000.0, expected[k] == 0 ? 0 : 0.018);
        }
    }

    // Rounding puts the sum of 1000 probabilities on either side of 1; the codes at both ends are impossible.
    [Fact]
    public void Draw_SmallestAndLargestUniformNumber_GivesAPossibleCode()
    {
        using var scope = NewDisposeScope();
        var logits = randn([1, 2000, 1000], generator: new Generator(1));
        logits.narrow(2, 0, 10).fill_(double.NegativeInfinity);
        logits.narrow(2, 990, 10).fill_(double.NegativeInfinity);
        foreach (var number in new[] { 0, MathF.BitDecrement(1) })
        {
            foreach (var options in new DecodingOptions[] { new(), new() { SamplingTemperature = 0.5 }, new() { TopK = 900 } })
            {
                var (codes, logProbabilities) = TokenSampler.Draw(logits, [options], full([1, 2000], number));
                Assert.InRange(logProbabilities.min().ToDouble(), -50, 0);
                Assert.True(logits.gather(2, codes.unsqueeze(2)).min().ToDouble() > -50, $"by {number}");
            }
        }
    }

    [Fact]
    public void Draw_SamplesOfOtherOptionsBeside_GivesTheSameCodes()
    {
        using var scope = NewDisposeScope();
        DecodingOptions[] options = [new(), new() { TopK = 3 }, new() { SamplingTemperature = 2 }, new() { TopP = 0.5 }];
        var logits = randn([4, 2000, 1000], generator: new Generator(1)) * 2;
        var uniform = rand([4, 2000], generator: new Generator(2));
        var (together, chances) = TokenSampler.Draw(logits, options, uniform);
        for (var i = 0; i < options.Length; i++)
        {
            var (alone, chancesAlone) = TokenSampler.Draw(logits.narrow(0, i, 1), [options[i]], uniform.narrow(0, i, 1));
            Assert.Equal(alone.data<long>().ToArray(), together.select(0, i).data<long>().ToArray());
            Assert.Equal(chancesAlone.data<float>().ToArray(), chances.select(0, i).data<float>().ToArray());
        }
    }

    [Fact]
    public void Options_OutOfRange_ListsEveryFault()
    {
        using var transformer = Network();
        var exception = Assert.Throws<ArgumentException>(() =>
            Sample(transformer, new DecodingOptions { Steps = 0, ChoiceTemperature = -1, TopP = 2, SamplingTemperature = 0 }));
        Assert.All(["steps: expected 1", "choice temperature", "top p", "sampling temperature"], part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void FromBytes_DamagedState_SaysSo()
    {
        using var transformer = Network();
        using var sample = Sample(transformer, new DecodingOptions());
        var bytes = sample.Save().ToBytes();
        Assert.Contains("cut off", Assert.Throws<InvalidDataException>(() => DecodingState.FromBytes(bytes[..^9])).Message, StringComparison.Ordinal);
        Assert.Contains("not the state", Assert.Throws<InvalidDataException>(() => DecodingState.FromBytes(new byte[100])).Message, StringComparison.Ordinal);
    }

    private static MaskedTransformer Network()
    {
        var transformer = new MaskedTransformer(Config);
        FormulaTensors.Fill(transformer);
        transformer.eval();
        return transformer;
    }

    private static DecodingSample Sample(MaskedTransformer transformer, DecodingOptions options, int variant = 0, DecodingState? state = null, KeptTokens? kept = null)
    {
        using var scope = NewDisposeScope();
        var vocabulary = transformer.Config.Vocabulary;
        var tokenMask = arange(Count).lt(128 * variant);
        return new DecodingSample(
            new DecodingInput(vocabulary.Prefix((GenerationTask)variant, variant % 4), arange(Count).remainder(50), tokenMask, vocabulary.MaskToken)
            {
                UnconditionalPrefix = vocabulary.Prefix(GenerationTask.ClassConditional, null),
                Kept = kept,
            }, options, state);
    }

    private static DecodingStep[] Finish(ParallelDecoder decoder, List<DecodingSample> samples)
    {
        var last = new DecodingStep[samples.Count];
        while (samples.Where(s => !s.IsDone).ToList() is [_, ..] open)
        {
            var steps = decoder.Advance(open);
            for (var i = 0; i < open.Count; i++)
            {
                last[samples.IndexOf(open[i])] = steps[i];
            }
        }

        return last;
    }
}
