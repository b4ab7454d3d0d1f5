using Magvit.Model.Metrics;
using Magvit.Model.Tests.Golden;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Metrics;

public class C3dTests
{
    [Fact]
    public void Forward_FormulaWeights_EqualsTheGoldenNumbers()
    {
        using var scope = NewDisposeScope();
        using var network = new C3d();
        FormulaTensors.Fill(network);
        Assert.Equal(GoldenNumbers.Number("c3d.parameters"), network.parameters().Sum(p => p.numel()));
        Assert.Equal([4096L, 8192L], network.state_dict()["fc6.weight"].shape);

        var logits = network.forward(FormulaTensors.Clip(16, 64, 48, 5));

        Assert.Equal([1L, 101L], logits.shape);
        var golden = GoldenNumbers.List("c3d");
        AssertClose.Equal(golden, logits, golden.Max(Math.Abs) * 1e-4);
    }

    [Fact]
    public void Forward_OtherLength_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var network = new C3d();
        var exception = Assert.Throws<ArgumentException>(() => network.forward(zeros([1, 3, 8, 64, 64])));
        Assert.Contains("[B, 3, 16, H, W], got [1, 3, 8, 64, 64]", exception.Message, StringComparison.Ordinal);
    }
}
