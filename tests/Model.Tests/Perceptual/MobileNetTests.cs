using Magvit.Model.Evaluation;
using Magvit.Model.Perceptual;
using Magvit.Model.Tests.Golden;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Perceptual;

public class MobileNetTests
{
    // 45x37: odd sizes, where SAME padding puts its odd zero elsewhere.
    [Theory]
    [InlineData("mobilenet", 64, 64, 1)]
    [InlineData("mobilenet.odd", 45, 37, 3)]
    public void Forward_FormulaWeights_EqualsTheGoldenNumbers(string golden, int height, int width, int key)
    {
        using var scope = NewDisposeScope();
        using var network = new MobileNet();
        FormulaTensors.Fill(network);
        var frames = FormulaTensors.Clip(key == 1 ? 2 : 1, height, width, key).select(2, 0);
        AssertClose.Equal(GoldenNumbers.List(golden), network.forward(frames).mean([2, 3]), 1e-4);
    }

    [Fact]
    public void Compute_FrozenClip_HasNoMotionHalf()
    {
        using var scope = NewDisposeScope();
        using var features = new MobileNetFeatures(new MobileNet());
        var vector = features.Compute(FormulaTensors.Clip(1, 32, 32, 1).expand(1, 3, 3, 32, 32));
        Assert.Equal([1L, 2048L], vector.shape);
        Assert.Equal(0, vector.narrow(1, 1024, 1024).abs().max().ToDouble(), 1e-5);
        Assert.True(vector.narrow(1, 0, 1024).abs().max().ToDouble() > 0);
    }
}
