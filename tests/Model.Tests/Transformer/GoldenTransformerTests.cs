using System.Text.Json;
using Magvit.Model.Tests.Golden;
using Magvit.Model.Transformer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Transformer;

/// <summary>The transformer against transformer.py, which calculates it without the platform's code.</summary>
public class GoldenTransformerTests
{
    private static readonly TransformerConfig Config = new()
    {
        Layers = 2,
        Heads = 2,
        Width = 32,
        MlpWidth = 64,
        EmbeddingWidth = 32,
        Codes = 40,
        Classes = 3,
        LatentFrames = 2,
        LatentHeight = 4,
        LatentWidth = 4,
    };

    [Fact]
    public void Forward_FormulaWeights_EqualsTheIndependentCalculation()
    {
        using var scope = NewDisposeScope();
        using var stream = typeof(GoldenTransformerTests).Assembly.GetManifestResourceStream("Magvit.Model.Tests.Golden.transformer.json")!;
        using var golden = JsonDocument.Parse(stream);
        using var transformer = new MaskedTransformer(Config);
        FormulaTensors.Fill(transformer);
        transformer.eval();
        Assert.Equal(golden.RootElement.GetProperty("parameters").GetInt64(), transformer.parameters().Sum(p => p.numel()));

        long size = Config.Vocabulary.Size;
        var prefix = tensor([size - 3, 43, size - 12, 41], [2, 2]);
        var tokens = (FormulaTensors.Noise([2, 32], 99) * 40).floor().to(int64).masked_fill(arange(32).remainder(3).eq(0), size - 1);
        var logits = transformer.forward(new TransformerInput(prefix, tokens, zeros([2, 32], ScalarType.Bool)));
        Assert.Equal([2L, 32L, 40L], logits.shape);
        var expected = golden.RootElement.GetProperty("logits").EnumerateArray().Select(v => v.GetDouble()).ToArray();
        var chosen = logits.index_select(1, arange(0, 32, 7)).index_select(2, arange(0, 40, 5));
        AssertClose.Equal(expected, chosen, 2e-5);                     // float32 against float64
    }
}
