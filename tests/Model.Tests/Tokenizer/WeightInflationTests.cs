using Magvit.Model.Tokenizer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Tokenizer;

public class WeightInflationTests
{
    [Theory]
    [InlineData(InflationKind.Central, new float[] { 0, 6, 0 })]
    [InlineData(InflationKind.Average, new float[] { 2, 2, 2 })]
    public void Apply_Kernel_FillsItsSlices(InflationKind kind, float[] expected)
    {
        using var scope = NewDisposeScope();
        var target = new Dictionary<string, Tensor> { ["conv.weight"] = rand([1, 1, 3, 3, 3]) };
        foreach (var source in new[] { full([1, 1, 3, 3], 6), full([1, 1, 1, 3, 3], 6) })
        {
            var report = WeightInflation.Apply(target, new Dictionary<string, Tensor> { ["conv.weight"] = source }, kind);
            Assert.Equal(["conv.weight"], report.Inflated);
            Assert.Equal(expected, target["conv.weight"].narrow(3, 1, 1).narrow(4, 1, 1).contiguous().view(-1).data<float>().ToArray());
        }
    }

    [Fact]
    public void Apply_MissingOrMisshapenLeaf_StaysRandomAndIsReported()
    {
        using var scope = NewDisposeScope();
        var target = new Dictionary<string, Tensor> { ["a.bias"] = zeros([4]), ["b.weight"] = rand([4, 2, 3, 3, 3]), ["c.weight"] = rand([2, 2]) };
        var before = target["b.weight"].clone();
        var report = WeightInflation.Apply(
            target, new Dictionary<string, Tensor> { ["a.bias"] = ones([4]), ["b.weight"] = ones([4, 3, 1, 3, 3]) }, InflationKind.Central);
        Assert.Equal(["a.bias"], report.Copied);
        Assert.Equal(["b.weight", "c.weight"], report.LeftRandom);
        Assert.Equal(0, (target["b.weight"] - before).abs().max().ToDouble());
        Assert.Equal(4, target["a.bias"].sum().ToDouble());
    }

    [Fact]
    public void Apply_NothingInCommon_SaysSo()
    {
        using var scope = NewDisposeScope();
        var exception = Assert.Throws<InvalidDataException>(() => WeightInflation.Apply(
            new Dictionary<string, Tensor> { ["a"] = zeros([4]) }, new Dictionary<string, Tensor> { ["b"] = zeros([4]) }, InflationKind.Central));
        Assert.Contains("another architecture", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ImageTwin_OfTheDemoNetwork_IsRefused() =>
        Assert.Throws<InvalidOperationException>(() => ModelPreset.Named("demo-64").Tokenizer.ImageTwin());
}
