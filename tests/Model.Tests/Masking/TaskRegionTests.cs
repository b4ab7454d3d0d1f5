using Magvit.Model.Masking;
using Xunit;

namespace Magvit.Model.Tests.Masking;

public class TaskRegionTests
{
    private static readonly ClipGeometry Geometry64 = new(16, 64, 64, 4, 16, 16);
    private static readonly ClipGeometry Geometry128 = new(16, 128, 128, 4, 16, 16);

    // Spec §9: masked share of pixels and of tokens.
    [Theory]
    [InlineData(GenerationTask.FramePrediction, 15.0 / 16, 0.75)]
    [InlineData(GenerationTask.FrameInterpolation, 14.0 / 16, 0.5)]
    [InlineData(GenerationTask.OutpaintCentral, 0.75, 0.75)]
    [InlineData(GenerationTask.OutpaintVertical, 0.5, 0.5)]
    [InlineData(GenerationTask.OutpaintHorizontal, 0.5, 0.5)]
    [InlineData(GenerationTask.OutpaintDynamic, 0.5, 0.5)]
    [InlineData(GenerationTask.InpaintCentral, 0.25, 0.25)]
    [InlineData(GenerationTask.InpaintDynamic, 0.25, 0.25)]
    [InlineData(GenerationTask.ClassConditional, 1, 1)]
    [InlineData(GenerationTask.ClassFramePrediction, 15.0 / 16, 0.75)]
    public void MaskedShare_EachTaskAtBothSizes_EqualsTheTable(GenerationTask task, double pixels, double tokens)
    {
        foreach (var g in new[] { Geometry64, Geometry128 })
        {
            Assert.Equal(pixels, 1 - Share((g.Frames, g.Height, g.Width), (t, h, w) => TaskRegion.IsPixelKnown(task, g, 1, t, h, w)), 9);
            Assert.Equal(tokens, 1 - Share((4, 16, 16), (t, h, w) => TaskRegion.IsTokenKnown(task, g, 1, t, h, w)), 9);
        }
    }

    // Spec §9: the window's left edge per frame and per latent frame.
    [Fact]
    public void MovingWindow_EachFrame_StartsWhereTheTableSays()
    {
        int[] at128 = [0, 4, 9, 13, 17, 21, 26, 30, 34, 38, 43, 47, 51, 55, 60, 64];
        int[] at64 = [0, 2, 4, 6, 9, 11, 13, 15, 17, 19, 21, 23, 26, 28, 30, 32];
        int[] latent = [0, 3, 5, 8];
        for (var t = 0; t < 16; t++)
        {
            Assert.Equal(Enumerable.Range(at128[t], 64), Columns(128, w => TaskRegion.IsPixelKnown(GenerationTask.OutpaintDynamic, Geometry128, 1, t, 0, w)));
            Assert.Equal(Enumerable.Range(at64[t], 32), Columns(64, w => TaskRegion.IsPixelKnown(GenerationTask.OutpaintDynamic, Geometry64, 1, t, 0, w)));
        }

        for (var t = 0; t < 4; t++)
        {
            Assert.Equal(Enumerable.Range(latent[t], 8), Columns(16, w => TaskRegion.IsTokenKnown(GenerationTask.OutpaintDynamic, Geometry64, 1, t, 0, w)));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    public void FramePrediction_SeveralFrames_RoundsUpToLatentFrames(int given, int latentFrames)
    {
        for (var t = 0; t < 4; t++)
        {
            Assert.Equal(t < latentFrames, TaskRegion.IsTokenKnown(GenerationTask.FramePrediction, Geometry64, given, t, 0, 0));
        }
    }

    private static IEnumerable<int> Columns(int width, Func<int, bool> known) => Enumerable.Range(0, width).Where(known);

    private static double Share((int T, int H, int W) grid, Func<int, int, int, bool> known)
    {
        var count = 0;
        for (var t = 0; t < grid.T; t++)
        {
            for (var h = 0; h < grid.H; h++)
            {
                count += Enumerable.Range(0, grid.W).Count(w => known(t, h, w));
            }
        }

        return (double)count / (grid.T * grid.H * grid.W);
    }
}
