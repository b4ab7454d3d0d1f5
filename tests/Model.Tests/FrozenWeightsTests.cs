using Magvit.Model.Masking;
using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests;

/// <summary>Weights that are kept in bfloat16 give what weights give that every pass casts.</summary>
[CollectionDefinition(nameof(FrozenWeightsTests), DisableParallelization = true)]   // the whole process has other instructions for a while
[Collection(nameof(FrozenWeightsTests))]
public class FrozenWeightsTests
{
    // Where products are ours, they round a layer's numbers fewer times; by the library's they are the same to the last bit.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Freeze_Transformer_GivesTheSameLogits(bool ours)
    {
        using var scope = NewDisposeScope();
        using var limit = new InstructionLimit(ours ? NativeOperators.Instructions : Instructions.Library);
        using var transformer = new MaskedTransformer(TinyModels.Transformer(patch: 2)) { Precision = bfloat16 };
        transformer.eval();
        var input = Input(transformer, 2);
        using var _ = no_grad();
        var cast = transformer.forward(input);
        transformer.Precision = float32;
        var exact = transformer.forward(input);

        transformer.Freeze(bfloat16, CPU);

        Assert.Equal(ours && FusedOperators.packs(bfloat16, CPU), transformer.IsBatchInvariant);
        var apart = (transformer.forward(input) - cast).abs().max().ToDouble();
        Assert.InRange(apart, 0, transformer.IsBatchInvariant ? 2 * (exact - cast).abs().max().ToDouble() : 0);
        Assert.Contains(transformer.named_parameters(), p => p.name == "layers.0.qkv.weight" && p.parameter.dtype == bfloat16);
        Assert.Contains(transformer.named_parameters(), p => p.name == "layers.0.norm1.weight" && p.parameter.dtype == float32);
        Assert.False(transformer.training);
    }

    // Continuous batching rests on it: a clip's logits are the same to the last bit whatever clips share its pass.
    [Theory]
    [InlineData(ScalarType.Float32, 1, false)]
    [InlineData(ScalarType.Float32, 2, true)]
    [InlineData(ScalarType.BFloat16, 1, false)]
    [InlineData(ScalarType.BFloat16, 2, true)]
    public void Freeze_TransformerOfOurProducts_GivesEachClipTheLogitsOfItAlone(ScalarType precision, int patch, bool bytes)
    {
        Assert.SkipUnless(FusedOperators.packs(precision, CPU) && (!bytes || FusedOperators.packs(int8, CPU)), $"this processor has no products of {precision} numbers of ours");
        using var scope = NewDisposeScope();
        using var transformer = new MaskedTransformer(TinyModels.Transformer(patch: patch));
        transformer.Freeze(precision, CPU, bytes);
        using var _ = no_grad();
        var input = Input(transformer, 7);
        var together = transformer.forward(input);
        for (var i = 0; i < 7; i++)
        {
            var alone = new TransformerInput(input.Prefix.narrow(0, i, 1), input.Tokens.narrow(0, i, 1), input.IsCondition.narrow(0, i, 1));
            Assert.True(transformer.forward(alone).eq(together.narrow(0, i, 1)).all().ToBoolean(), $"clip {i}");
        }
    }

    [Fact]
    public void Freeze_Bytes_GivesNearlyTheSameLogits()
    {
        Assert.SkipUnless(FusedOperators.packs(int8, CPU), "this processor multiplies no bytes");
        using var scope = NewDisposeScope();
        using var transformer = new MaskedTransformer(TinyModels.Transformer(patch: 2));
        transformer.eval();
        using var _ = no_grad();
        var input = Input(transformer, 2);
        var exact = transformer.forward(input);

        transformer.Freeze(float32, CPU, bytes: true);

        var apart = ((transformer.forward(input) - exact).norm() / exact.norm()).ToDouble();
        Assert.InRange(apart, 1e-5, 0.02);
    }

    [Theory]
    [InlineData(QuantizerKind.Vq, false)]
    [InlineData(QuantizerKind.Fsq, false)]
    [InlineData(QuantizerKind.Vq, true)]
    public void Freeze_Tokenizer_GivesTheSameTokensAndFramesBitForBit(QuantizerKind quantizer, bool hasLevels)
    {
        using var scope = NewDisposeScope();
        var config = TinyModels.Tokenizer with { Quantizer = quantizer };
        config = hasLevels ? config with { StemPatch = 1, LinearPath = false, ChannelMultipliers = [1, 2, 2], TemporalDownsample = [true, false], Padding = ConvPadding.Reflect } : config;
        using var tokenizer = new VideoTokenizer(config) { Precision = bfloat16 };
        tokenizer.eval();
        using var _ = no_grad();
        var clip = rand([1, 3, 16, 16, 16]);
        var tokens = tokenizer.Encode(clip);
        var frames = tokenizer.Decode(tokens);

        tokenizer.Freeze(bfloat16, CPU);

        Assert.True(tokenizer.Encode(clip).eq(tokens).all().ToBoolean(), "tokens changed");
        Assert.True(tokenizer.Decode(tokens).eq(frames).all().ToBoolean(), "frames changed");
        Assert.Contains(tokenizer.parameters(), p => p.dtype == bfloat16);
    }

    private static TransformerInput Input(MaskedTransformer transformer, int batch)
    {
        var prefix = tensor(transformer.Config.Vocabulary.Prefix(GenerationTask.FramePrediction, null), [1, 2]).expand(batch, 2);
        return new TransformerInput(prefix, randint(0, 1000, [batch, 64]), randint(0, 2, [batch, 64]).to(ScalarType.Bool));
    }

    // Products as on a processor that has less, for as long as a test wants it.
    private sealed class InstructionLimit(Instructions instructions) : IDisposable
    {
        private readonly Instructions _before = NativeOperators.Limit(instructions);

        public void Dispose() => NativeOperators.Limit(_before);
    }
}
