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
    public void Forward_BFloat16_AgreesWithFloat32AndWithItselfInTraining(int batch)
    {
        using var scope = NewDisposeScope();
        using var transformer = new MaskedTransformer(TinyModels.Transformer());
        var (input, targets) = (Input(transformer, batch), randint(0, 1000, [batch, 64]));
        (Tensor Logits, Tensor[] Gradients) Train(ScalarType precision)
        {
            transformer.Precision = precision;
            transformer.zero_grad();
            var logits = transformer.forward(input);
            MaskedTokenLoss.Compute(logits, targets).backward();
            return (logits.detach(), [.. transformer.parameters().Select(p => p.grad!.clone())]);
        }

        var (exact, exactGradients) = Train(float32);
        var (trained, gradients) = Train(bfloat16);
        using var _ = no_grad();
        var used = transformer.forward(input);

        Assert.InRange(Apart(exact, trained), 1e-4, 0.01);                                 // rounding, of numbers with 8 bits
        Assert.InRange(Apart(exact, used), 1e-4, 0.01);
        Assert.InRange(Apart(trained, used), 0, 0.01);
        Assert.InRange(Apart(cat([.. exactGradients.Select(g => g.flatten())]), cat([.. gradients.Select(g => g.flatten())])), 1e-4, 0.02);
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

    private static double Apart(Tensor exact, Tensor other) => ((exact - other).norm() / exact.norm()).ToDouble();

    private static TransformerInput Input(MaskedTransformer transformer, int batch)
    {
        var prefix = transformer.Config.Vocabulary.Prefix(GenerationTask.FramePrediction, null);
        return new TransformerInput(tensor(prefix, [1, 2]).expand(batch, 2), randint(0, 1000, [batch, 64]), zeros([batch, 64], ScalarType.Bool));
    }
}
