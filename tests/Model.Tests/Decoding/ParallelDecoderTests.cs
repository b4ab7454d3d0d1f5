using Magvit.Model.Decoding;
using Magvit.Model.Transformer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Decoding;

public class ParallelDecoderTests
{
    private const int Count = 1024;
    private const long Mask = 63;

    [Fact]
    public void Advance_RemaskedConditionTokens_ShowTheConditionAgainNotMask()
    {
        using var scope = NewDisposeScope();
        var tokenMask = arange(Count).lt(256);
        using var sample = new DecodingSample(new DecodingInput([0, 1], full([Count], 60, int64), tokenMask, Mask), new DecodingOptions { Seed = 3 });
        var seen = new List<long[]>();
        var decoder = new ParallelDecoder(input =>
        {
            seen.Add(input.Tokens.view(-1).data<long>().ToArray());
            return Logits(input);
        });
        decoder.Advance([sample]);
        decoder.Advance([sample]);
        Assert.All(seen[0][..256], t => Assert.Equal(60, t));
        Assert.All(seen[0][256..], t => Assert.Equal(Mask, t));
        Assert.All(seen[1][..256], t => Assert.True(t == 60 || t < 60));
        Assert.All(seen[1][256..], t => Assert.NotEqual(60, t));
        Assert.Contains(60, seen[1][..256]);
    }

    [Fact]
    public void Advance_PeakedLogits_SamplesTheirDistribution()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { (float)Math.Log(0.7), (float)Math.Log(0.2), (float)Math.Log(0.1) }).expand(1, Count, 3);
        using var sample = NewSample(new DecodingOptions { Seed = 4, Steps = 1 });
        var tokens = new ParallelDecoder(_ => logits).Advance([sample])[0].Tokens;
        Assert.Equal(0.7, tokens.Count(t => t == 0) / (double)Count, 0.05);        // four standard deviations of 1024 draws
        Assert.Equal(0.1, tokens.Count(t => t == 2) / (double)Count, 0.04);
    }

    // With room for all, what is told nothing shares the pass of what is told.
    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    public void Advance_Guidance_SteersAwayFromTheUnconditionalDistribution(int sequencesPerPass, int expectedCalls)
    {
        using var scope = NewDisposeScope();
        var calls = 0;
        var decoder = new ParallelDecoder(input =>
        {
            // Told nothing (prefix 5), the network prefers token 0; told something, it has no preference.
            calls++;
            var preference = tensor(new float[] { 5, 0 }).view(1, 1, 2) * input.Prefix.narrow(1, 0, 1).eq(5).to(float32).unsqueeze(-1);
            return preference.expand(input.Tokens.size(0), Count, 2).contiguous().MoveToOuterDisposeScope();
        }, sequencesPerPass);
        using var plain = NewSample(new DecodingOptions { Steps = 1, Seed = 6 });
        using var guided = new DecodingSample(
            new DecodingInput([0, 1], zeros([Count], int64), ones([Count], ScalarType.Bool), Mask) { UnconditionalPrefix = [5, 6] },
            new DecodingOptions { Steps = 1, Seed = 6, Guidance = 2 });
        var steps = decoder.Advance([plain, guided]);
        Assert.Equal(expectedCalls, calls);
        Assert.Equal(0.5, steps[0].Tokens.Count(t => t == 0) / (double)Count, 0.07);
        Assert.True(steps[1].Tokens.Count(t => t == 0) < 5);                       // odds of e^-10 a token
    }

    // Logits that depend on the input, so that a wrong input shows.
    private static Tensor Logits(TransformerInput input)
    {
        using var scope = NewDisposeScope();
        var codes = arange(60).to(float32);
        var phase = input.Tokens.to(float32).unsqueeze(-1) * 0.37 + arange(Count).to(float32).view(1, -1, 1) * 0.11;
        return ((codes * 0.5 + phase).sin() * 3).MoveToOuterDisposeScope();
    }

    private static DecodingSample NewSample(DecodingOptions options)
    {
        using var scope = NewDisposeScope();
        return new DecodingSample(new DecodingInput([0, 1], zeros([Count], int64), zeros([Count], ScalarType.Bool), Mask), options);
    }
}
