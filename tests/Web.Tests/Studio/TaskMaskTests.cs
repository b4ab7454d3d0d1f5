using Magvit.Domain.Generation;
using Magvit.Web.Studio;
using Xunit;

namespace Magvit.Web.Tests.Studio;

public sealed class TaskMaskTests
{
    /// <summary>The share of pixels that each task leaves to the model, over sixteen frames (specification, section 9).</summary>
    [Theory]
    [InlineData(GenerationTask.FramePrediction, 15.0 / 16)]
    [InlineData(GenerationTask.FrameInterpolation, 14.0 / 16)]
    [InlineData(GenerationTask.OutpaintCentral, 0.75)]
    [InlineData(GenerationTask.OutpaintVertical, 0.5)]
    [InlineData(GenerationTask.OutpaintHorizontal, 0.5)]
    [InlineData(GenerationTask.OutpaintDynamic, 0.5)]
    [InlineData(GenerationTask.InpaintCentral, 0.25)]
    [InlineData(GenerationTask.InpaintDynamic, 0.25)]
    [InlineData(GenerationTask.ClassConditional, 1)]
    [InlineData(GenerationTask.ClassFramePrediction, 15.0 / 16)]
    public void Regions_AllFrames_CoverTheTasksShare(GenerationTask task, double share)
    {
        var covered = Enumerable.Range(0, TaskMask.Frames).Average(frame => TaskMask.Regions(task, frame).Sum(region => region.Width * region.Height));

        Assert.Equal(share, covered, 6);
    }

    [Theory]
    [InlineData(0, 0.5, 0.5)]
    [InlineData(15, 0, 0.5)]
    public void Regions_MovingStrip_TravelsFromLeftToRight(int frame, double x, double width)
    {
        var region = Assert.Single(TaskMask.Regions(GenerationTask.OutpaintDynamic, frame));

        Assert.Equal((x, width), (region.X, region.Width));
    }
}
