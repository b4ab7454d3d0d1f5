using Magvit.Model.Tokenizer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Tokenizer;

public class ResamplingTests
{
    // TensorFlow's SAME rule (spec §4.1): the last window of an odd axis averages what there is of it.
    [Theory]
    [InlineData(new float[] { 5 }, new float[] { 5 })]
    [InlineData(new float[] { 1, 3 }, new float[] { 2 })]
    [InlineData(new float[] { 1, 3, 7 }, new float[] { 2, 7 })]
    public void DownSame_AlongTime_AveragesValidCellsAlone(float[] frames, float[] expected)
    {
        using var scope = NewDisposeScope();
        var x = tensor(frames, [1, 1, frames.Length, 1, 1]).expand(1, 1, frames.Length, 4, 4).contiguous();
        var pooled = Resampling.DownSame(x);
        Assert.Equal([1L, 1, expected.Length, 2, 2], pooled.shape);
        Assert.Equal(expected, pooled.amax([3, 4]).view(-1).data<float>().ToArray());
        Assert.Equal(expected, pooled.amin([3, 4]).view(-1).data<float>().ToArray());
    }

    [Fact]
    public void SpaceToDepth_AndBack_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var x = rand([2, 3, 4, 8, 8]);
        var folded = Resampling.SpaceToDepth(x, 2);
        Assert.Equal([2L, 24, 2, 4, 4], folded.shape);
        Assert.Equal(0, (Resampling.DepthToSpace(folded, 2) - x).abs().max().ToDouble());
    }
}
