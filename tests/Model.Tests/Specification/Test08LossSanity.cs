using Magvit.Model.Losses;
using Magvit.Model.Masking;
using Magvit.Model.Transformer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Specification;

/// <summary>Spec §15.8: the loss of a network that knows nothing, and what stays out of it.</summary>
public class Test08LossSanity
{
    [Theory]
    [InlineData(0, 1e-4)]
    [InlineData(0.01, 1e-3)]
    public void Compute_RandomLogits_IsLogOfTheCodebookSize(double spread, double tolerance)
    {
        using var scope = NewDisposeScope();
        var loss = MaskedTokenLoss.Compute(randn([2, 256, 1024]) * spread, randint(0, 1024, [2, 256])).ToDouble();
        Assert.Equal(6.9315, loss, tolerance);                                 // ln 1024
    }

    // The head's rows of classes and special tokens get no gradient: neither prefix positions nor those columns are in the loss.
    [Fact]
    public void Backward_PrefixAndSpecialRows_GetNoGradientFromTheHead()
    {
        using var scope = NewDisposeScope();
        using var transformer = new MaskedTransformer(TinyModels.Transformer(1) with { Segments = false });
        var vocabulary = transformer.Config.Vocabulary;
        var input = new TransformerInput(tensor(vocabulary.Prefix(GenerationTask.FramePrediction, null), [1, 2]), randint(0, 1000, [1, 64]), zeros([1, 64], ScalarType.Bool));
        MaskedTokenLoss.Compute(transformer.forward(input), randint(0, 1000, [1, 64])).backward();
        var parameters = transformer.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        var bias = parameters["bias"].grad!.abs();
        Assert.True(bias.narrow(0, 0, 1000).gt(0).all().ToBoolean());
        Assert.Equal(0, bias.narrow(0, 1000, vocabulary.Size - 1000).sum().ToDouble());
        var rows = parameters["embedding"].grad!.abs().sum(1);
        Assert.Equal(0, rows[vocabulary.ClassToken(0)].ToDouble());            // a class that is not in the input
        Assert.True(rows[vocabulary.NoClassToken].ToDouble() > 0);             // as input it learns
    }

    // sum(w CE) / (sum(w) + 1e-8) of each sample, then the mean (spec §7), written out in double.
    [Fact]
    public void Compute_WeightedAndSmoothed_EqualsTheFormula()
    {
        using var scope = NewDisposeScope();
        var (logits, targets) = (randn([2, 3, 5], float64), randint(0, 5, [2, 3]));
        var weights = tensor([1.0, 0, 1, 0, 0, 1], [2, 3]);
        const double Smoothing = 0.1;
        var (x, y, w) = (logits.data<double>().ToArray(), targets.data<long>().ToArray(), weights.data<double>().ToArray());
        double total = 0;
        for (var b = 0; b < 2; b++)
        {
            double sum = 0, weight = 0;
            for (var n = 0; n < 3; n++)
            {
                var row = x.AsSpan((b * 3 + n) * 5, 5).ToArray();
                var logSum = Math.Log(row.Sum(Math.Exp));
                var loss = row.Select((value, k) => ((k == y[b * 3 + n] ? 1 - Smoothing : 0) + Smoothing / 5) * (logSum - value)).Sum();
                (sum, weight) = (sum + w[b * 3 + n] * loss, weight + w[b * 3 + n]);
            }

            total += sum / (weight + 1e-8) / 2;
        }

        Assert.Equal(total, MaskedTokenLoss.Compute(logits, targets, weights, Smoothing).ToDouble(), 1e-9);
    }

    [Fact]
    public void Compute_WrongShapes_SaysWhatIsExpected()
    {
        using var scope = NewDisposeScope();
        var exception = Assert.Throws<ArgumentException>(() => MaskedTokenLoss.Compute(zeros([2, 8, 10]), zeros([2, 9], int64)));
        Assert.Contains("[2, 8, 10], [2, 9]", exception.Message, StringComparison.Ordinal);
    }
}
