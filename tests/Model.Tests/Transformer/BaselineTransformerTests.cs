using Magvit.Model.Decoding;
using Magvit.Model.Masking;
using Magvit.Model.Tests.Golden;
using Magvit.Model.Transformer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Transformer;

/// <summary>The networks of the baselines: condition prefix, and causal (spec §7, §11).</summary>
public class BaselineTransformerTests
{
    private const int Count = 64;

    private static readonly TransformerConfig PrefixConfig = TinyModels.Transformer(1) with { Segments = false, Conditioning = ConditionMode.Prefix };
    private static readonly TransformerConfig CausalConfig = PrefixConfig with { IsCausal = true };

    [Fact]
    public void Config_ConditionPrefix_HasARowForEachCellAndSep() => Assert.Equal(2 + Count + Count + 1, PrefixConfig.SequenceLength);

    [Fact]
    public void Forward_LongerNeighbour_DoesNotChangeASample()
    {
        using var scope = NewDisposeScope();
        using var transformer = Network(PrefixConfig);
        var (tokens, condition) = (arange(Count).view(1, -1), arange(Count).view(1, -1) + 100);
        var few = arange(Count).lt(5).view(1, -1);
        var alone = transformer.forward(Input(transformer, tokens) with { Condition = ConditionPrefix.Pack(condition, few) });
        var both = transformer.forward(Input(transformer, tokens.repeat(2, 1)) with
        {
            Condition = ConditionPrefix.Pack(condition.repeat(2, 1), cat([few, arange(Count).lt(40).view(1, -1)])),
        });
        Assert.True((both.narrow(0, 0, 1) - alone).abs().max().ToDouble() < 1e-4);
        Assert.True((both.narrow(0, 1, 1) - alone).abs().max().ToDouble() > 1e-3);     // more is known there
    }

    [Fact]
    public void Pack_MaskedCells_ListsTheirTokensInOrder()
    {
        using var scope = NewDisposeScope();
        var mask = tensor([false, true, true, false, false, false, false, true], [2, 4]);
        var packed = ConditionPrefix.Pack(arange(8).view(2, 4) + 10, mask);
        Assert.Equal([11L, 12, 17, 0], packed.Tokens.reshape(-1).data<long>().ToArray());
        Assert.Equal([1L, 2, 3, -1], packed.Cells.reshape(-1).data<long>().ToArray());
    }

    [Fact]
    public void Forward_Causal_SeesOnlyWhatCameBefore()
    {
        using var scope = NewDisposeScope();
        using var transformer = Network(CausalConfig);
        var tokens = arange(Count).view(1, -1);
        var changed = tokens.clone();
        changed[0, 20] = tensor(900L);
        var condition = ConditionPrefix.Pack(tokens, tokens.lt(8));
        var difference = (transformer.forward(Input(transformer, tokens) with { Condition = condition })
            - transformer.forward(Input(transformer, changed) with { Condition = condition })).abs().amax([0, 2]).data<float>().ToArray();
        Assert.All(difference[..20], d => Assert.Equal(0, d));
        Assert.All(difference[20..], d => Assert.True(d > 1e-6));
    }

    [Fact]
    public void Continue_TokenByToken_EqualsOnePassOverAll()
    {
        using var scope = NewDisposeScope();
        using var transformer = Network(CausalConfig);
        using var _ = no_grad();
        var z = FormulaTensors.Noise([2, Count], 3).mul(1000).to(int64);
        var mask = cat([arange(Count).lt(16).view(1, -1), arange(Count).lt(3).view(1, -1)]);
        var condition = ConditionPrefix.Pack(z, mask);
        var shifted = cat([full([2, 1], transformer.Config.Vocabulary.MaskToken, int64), z.narrow(1, 0, Count - 1)], 1);
        var whole = transformer.forward(Input(transformer, shifted) with { Condition = condition });
        using var cache = new AttentionCache(transformer.Config.SequenceLength);
        var logits = transformer.Begin(Input(transformer, shifted).Prefix, condition, cache);
        for (var i = 0; i < Count; i++)
        {
            Assert.True((logits - whole.select(1, i)).abs().max().ToDouble() < 1e-4, $"position {i}");
            logits = i + 1 < Count ? transformer.Continue(z.select(1, i), i + 1, cache) : logits;
        }
    }

    [Fact]
    public void Decode_Autoregressive_FollowsSeedsTopKAndKeptTokens()
    {
        using var scope = NewDisposeScope();
        using var transformer = Network(CausalConfig);
        var decoder = new AutoregressiveDecoder(transformer);
        var vocabulary = transformer.Config.Vocabulary;
        long[] Decode(DecodingOptions options, KeptTokens? kept = null)
        {
            using var sample = new DecodingSample(
                new DecodingInput(vocabulary.Prefix(GenerationTask.FramePrediction, null), arange(Count), arange(Count).lt(16), vocabulary.MaskToken)
                {
                    Conditioning = ConditionMode.Prefix,
                    Kept = kept,
                }, options);
            return decoder.Decode([sample], null, CancellationToken.None)[0];
        }

        var tokens = Decode(new DecodingOptions { Seed = 1 });
        Assert.All(tokens, t => Assert.InRange(t, 0, 999));
        Assert.Equal(tokens, Decode(new DecodingOptions { Seed = 1 }));
        Assert.NotEqual(tokens, Decode(new DecodingOptions { Seed = 2 }));
        Assert.Equal(Decode(new DecodingOptions { Seed = 1, TopK = 1 }), Decode(new DecodingOptions { Seed = 2, TopK = 1 }));
        var kept = Decode(new DecodingOptions { Seed = 2 }, KeptTokens.AllBut(tokens, Enumerable.Range(32, 32)));
        Assert.Equal(tokens[..32], kept[..32]);
        Assert.Contains("guidance", Assert.Throws<ArgumentException>(() => new DecodingSample(
            new DecodingInput([0, 1], arange(Count), arange(Count).lt(16), 5), new DecodingOptions { Guidance = 1 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Config_ImpossibleNumbers_AreAllNamed()
    {
        var exception = Assert.Throws<ArgumentException>(() => new MaskedTransformer(TinyModels.Transformer(1) with { Width = 63, SpecialSlots = 5, IsCausal = true }));
        Assert.All(["63 is not divisible by 2 heads", "special slots", "autoregressive", "embedding width"], part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Forward_WrongInput_SaysWhatIsExpected()
    {
        using var scope = NewDisposeScope();
        using var plain = Network(TinyModels.Transformer(1));
        using var prefixed = Network(PrefixConfig);
        var input = Input(plain, arange(Count).view(1, -1));
        string Message(MaskedTransformer network, TransformerInput wrong) => Assert.Throws<ArgumentException>(() => network.forward(wrong)).Message;
        Assert.Contains("tokens: expected [B, 64], got [1, 60]", Message(plain, input with { Tokens = arange(60).view(1, -1) }), StringComparison.Ordinal);
        Assert.Contains("prefix: expected [1, 2], got [1, 1]", Message(plain, input with { Prefix = zeros([1, 1], int64) }), StringComparison.Ordinal);
        Assert.Contains("which is missing", Message(prefixed, input), StringComparison.Ordinal);
        Assert.Contains("class: expected 0 to 2", Assert.Throws<ArgumentOutOfRangeException>(() => plain.Config.Vocabulary.ClassToken(3)).Message, StringComparison.Ordinal);
    }

    // One task: the sequence starts with the class token alone (spec §6.2).
    [Fact]
    public void Forward_SingleTask_HasNoTaskToken()
    {
        using var scope = NewDisposeScope();
        var config = TinyModels.Transformer(1).WithTable(1000 + 3 + 1 + 1, Count + 1);
        using var transformer = Network(config);
        Assert.Equal(new[] { 1001L }, config.Vocabulary.Prefix(GenerationTask.ClassConditional, 1));
        Assert.Equal((1004L, 1003L), (config.Vocabulary.MaskToken, config.Vocabulary.NoClassToken));
        Assert.Equal([1L, Count, 1000], transformer.forward(Input(transformer, arange(Count).view(1, -1))).shape);
        Assert.Throws<InvalidOperationException>(() => config.Vocabulary.TaskToken(GenerationTask.FramePrediction));
    }

    private static MaskedTransformer Network(TransformerConfig config)
    {
        var transformer = new MaskedTransformer(config);
        FormulaTensors.Fill(transformer);
        transformer.eval();
        return transformer;
    }

    private static TransformerInput Input(MaskedTransformer transformer, Tensor tokens)
    {
        var prefix = transformer.Config.Vocabulary.Prefix(GenerationTask.FramePrediction, null);
        return new TransformerInput(tensor(prefix, [1, prefix.Length]).repeat(tokens.size(0), 1), tokens, zeros(tokens.shape, ScalarType.Bool));
    }
}
