using Magvit.Model.Masking;
using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests;

/// <summary>Weights that are kept in bfloat16 give what weights give that every pass casts.</summary>
public class FrozenWeightsTests
{
    [Fact]
    public void Freeze_Transformer_GivesTheSameLogitsBitForBit()
    {
        using var scope = NewDisposeScope();
        using var transformer = new MaskedTransformer(TinyModels.Transformer(patch: 2)) { Precision = bfloat16 };
        transformer.eval();
        var prefix = transformer.Config.Vocabulary.Prefix(GenerationTask.FramePrediction, null);
        var input = new TransformerInput(tensor(prefix, [1, 2]).expand(2, 2), randint(0, 1000, [2, 64]), zeros([2, 64], ScalarType.Bool));
        using var _ = no_grad();
        var cast = transformer.forward(input);

        transformer.Freeze(bfloat16, CPU);

        Assert.True(transformer.forward(input).eq(cast).all().ToBoolean(), "logits changed");
        Assert.Contains(transformer.named_parameters(), p => p.name == "layers.0.qkv.weight" && p.parameter.dtype == bfloat16);
        Assert.Contains(transformer.named_parameters(), p => p.name == "layers.0.norm1.weight" && p.parameter.dtype == float32);
        Assert.False(transformer.training);
    }

    [Theory]
    [InlineData(QuantizerKind.Vq)]
    [InlineData(QuantizerKind.Fsq)]
    public void Freeze_Tokenizer_GivesTheSameTokensAndFramesBitForBit(QuantizerKind quantizer)
    {
        using var scope = NewDisposeScope();
        using var tokenizer = new VideoTokenizer(TinyModels.Tokenizer with { Quantizer = quantizer }) { Precision = bfloat16 };
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
}
