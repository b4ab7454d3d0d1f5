using Magvit.Model.Losses;
using Magvit.Model.Masking;
using Magvit.Model.Transformer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Transformer;

public class MaskedTransformerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Forward_AnyPatch_GivesLogitsOverCodesOnly(int patch)
    {
        using var scope = NewDisposeScope();
        using var transformer = new MaskedTransformer(TinyModels.Transformer(patch));
        Assert.Equal([2L, 64L, 1000L], transformer.forward(Input(transformer, 2)).shape);
    }

    // A patch holds four tokens of one position: changing a token must change the logits of its neighbours, and order must be kept.
    [Fact]
    public void Forward_TokenPatch_KeepsTokensAndLogitsInRowMajorOrder()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var transformer = new MaskedTransformer(TinyModels.Transformer() with { Layers = 0 });
        var input = Input(transformer, 1);
        var before = transformer.forward(input);
        var changed = input.Tokens.clone();
        changed[0, 5] = tensor(7L);                                                // t 0, row 1, column 1: the first patch
        var difference = (transformer.forward(input with { Tokens = changed }) - before).abs().sum(-1).view(-1);
        var places = difference.gt(1e-7).nonzero().view(-1).data<long>().ToArray();
        Assert.Equal([0L, 1L, 4L, 5L], places);                                    // without attention only its own patch sees it
    }

    [Fact]
    public void Forward_EveryParameter_GetsAGradient()
    {
        using var scope = NewDisposeScope();
        using var transformer = new MaskedTransformer(TinyModels.Transformer());
        var input = Input(transformer, 2) with { IsCondition = rand([2, 64]).lt(0.5) };
        MaskedTokenLoss.Compute(transformer.forward(input), randint(0, 1000, [2, 64])).backward();
        Assert.All(transformer.named_parameters(), p => Assert.True(p.parameter.grad is { } g && g.abs().sum().ToDouble() > 0, p.name));
    }

    // Without a gradient a layer takes operators that go over memory less often; 60 clips of 18 positions are filled up to 1,088 rows.
    [Theory]
    [InlineData(2)]
    [InlineData(60)]
    public void Forward_BFloat16WithoutGradient_AgreesWithTheLayersOfTraining(int batch)
    {
        using var scope = NewDisposeScope();
        using var transformer = new MaskedTransformer(TinyModels.Transformer()) { Precision = bfloat16 };
        transformer.eval();
        var input = Input(transformer, batch);
        var trained = transformer.forward(input);
        using var _ = no_grad();
        var used = transformer.forward(input);
        transformer.Precision = float32;
        var exact = transformer.forward(input);

        Assert.True(used.ne(trained).any().ToBoolean(), "both ways are one: the test proves nothing");
        var rounding = (trained - exact).abs().max().ToDouble();
        Assert.InRange((used - exact).abs().max().ToDouble(), 0, 1.5 * rounding);
    }

    [Fact]
    public void Vocabulary_AllTokens_AreDistinctRows()
    {
        var vocabulary = new Vocabulary(1000, 16, 16);
        var tokens = GenerationTasks.All.Select(vocabulary.TaskToken)
            .Concat(Enumerable.Range(0, 16).Select(vocabulary.ClassToken)).Append(vocabulary.NoClassToken).Append(vocabulary.MaskToken).ToList();
        Assert.Equal(tokens.Count, tokens.Distinct().Count());
        Assert.All(tokens, t => Assert.InRange(t, 1000, vocabulary.Size - 1));
    }

    private static TransformerInput Input(MaskedTransformer transformer, int batch)
    {
        var prefix = transformer.Config.Vocabulary.Prefix(GenerationTask.FramePrediction, null);
        return new TransformerInput(tensor(prefix, [1, 2]).expand(batch, 2), randint(0, 1000, [batch, 64]), zeros([batch, 64], ScalarType.Bool));
    }
}
