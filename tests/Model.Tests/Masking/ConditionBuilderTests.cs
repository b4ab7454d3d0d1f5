using Magvit.Model.Masking;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Masking;

public class ConditionBuilderTests
{
    private static readonly ClipGeometry Geometry = new(16, 16, 16, 4, 4, 4);

    [Fact]
    public void Build_EveryTask_KeepsKnownPixelsExactly()
    {
        using var scope = NewDisposeScope();
        var builder = new ConditionBuilder(Geometry);
        var clip = rand([2, 3, 16, 16, 16]);
        foreach (var task in GenerationTasks.All.Where(t => t != GenerationTask.CustomMask))
        {
            var condition = builder.Build(task, clip);
            var difference = ((condition.Clip - clip) * condition.KnownPixels.to(float32)).abs().max().ToDouble();
            Assert.Equal(0, difference);
            Assert.Equal(clip.shape, condition.Clip.shape);
        }
    }

    [Fact]
    public void Build_FramePrediction_RepeatsTheFirstFrame()
    {
        using var scope = NewDisposeScope();
        var clip = rand([1, 3, 16, 16, 16]);
        var padded = new ConditionBuilder(Geometry).Build(GenerationTask.FramePrediction, clip).Clip;
        Assert.Equal(0, (padded - clip.narrow(2, 0, 1)).abs().max().ToDouble());
    }

    [Fact]
    public void Build_FrameInterpolation_BlendsLinearly()
    {
        using var scope = NewDisposeScope();
        var clip = rand([1, 3, 16, 16, 16]);
        var padded = new ConditionBuilder(Geometry).Build(GenerationTask.FrameInterpolation, clip).Clip;
        var expected = clip.select(2, 0) + (clip.select(2, 15) - clip.select(2, 0)) * (6.0 / 15);
        Assert.True((padded.select(2, 6) - expected).abs().max().ToDouble() < 1e-6);
    }

    [Fact]
    public void Build_OutpaintCentral_RepeatsTheNearestEdge()
    {
        using var scope = NewDisposeScope();
        var clip = rand([1, 3, 16, 16, 16]);
        var padded = new ConditionBuilder(Geometry).Build(GenerationTask.OutpaintCentral, clip).Clip;
        Assert.Equal(clip[0, 1, 3, 4, 4].ToDouble(), padded[0, 1, 3, 0, 0].ToDouble());
        Assert.Equal(clip[0, 1, 3, 7, 11].ToDouble(), padded[0, 1, 3, 7, 15].ToDouble());
    }

    [Fact]
    public void Build_Inpainting_BlackensTheHole()
    {
        using var scope = NewDisposeScope();
        var padded = new ConditionBuilder(Geometry).Build(GenerationTask.InpaintCentral, ones([1, 3, 16, 16, 16])).Clip;
        Assert.Equal(16 * 3 * (16 * 16 - 8 * 8), padded.sum().ToDouble(), 1e-3);
        Assert.Equal(0, padded[0, 0, 5, 8, 8].ToDouble());
    }

    [Fact]
    public void BuildCustom_OneKnownPixel_MakesItsTokenKnown()
    {
        using var scope = NewDisposeScope();
        var known = zeros([16, 16, 16], ScalarType.Bool);
        known[5, 9, 14] = tensor(1L).to(ScalarType.Bool);
        var condition = new ConditionBuilder(Geometry).BuildCustom(ones([1, 3, 16, 16, 16]), known);
        Assert.Equal(1, condition.TokenMask.sum().ToInt64());
        Assert.True(condition.TokenMask[1, 2, 3].ToBoolean());
        Assert.Equal(3, condition.Clip.sum().ToDouble(), 1e-6);
    }

    [Fact]
    public void BuildCustom_WrongSize_SaysWhatIsExpected()
    {
        using var scope = NewDisposeScope();
        var exception = Assert.Throws<ArgumentException>(() =>
            new ConditionBuilder(Geometry).BuildCustom(ones([1, 3, 16, 16, 16]), ones([8, 16, 16], ScalarType.Bool)));
        Assert.Contains("expected [16, 16, 16], got [8, 16, 16]", exception.Message, StringComparison.Ordinal);
    }
}
