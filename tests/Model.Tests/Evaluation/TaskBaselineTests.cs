using Magvit.Model.Evaluation;
using Magvit.Model.Masking;
using Magvit.Model.Tests.Golden;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Evaluation;

public class TaskBaselineTests
{
    private static readonly ClipGeometry Geometry = TinyModels.Tokenizer.Geometry;

    // A ramp is linear in both directions, so a mean weighted by nearness restores it exactly between its edges.
    [Theory]
    [InlineData(GenerationTask.InpaintCentral)]
    [InlineData(GenerationTask.InpaintDynamic)]
    public void EdgeFill_HoleInARamp_RestoresIt(GenerationTask task)
    {
        using var scope = NewDisposeScope();
        var ramp = (linspace(0, 0.6, 16).view(1, 1, 1, 1, 16) + linspace(0, 0.4, 16).view(1, 1, 1, 16, 1)).expand(1, 3, 16, 16, 16).contiguous();
        var known = new ConditionBuilder(Geometry).Build(task, ramp).KnownPixels;
        var filled = new EdgeFill(known).Apply(ramp);

        // The moving hole touches the picture's edge in some frames, where there is nothing to lean on.
        var frames = task == GenerationTask.InpaintCentral ? (0, 16) : (3, 8);
        Assert.Equal(0, (filled - ramp).narrow(2, frames.Item1, frames.Item2).abs().max().ToDouble(), 1e-5);
    }

    [Theory]
    [InlineData(GenerationTask.OutpaintCentral)]
    [InlineData(GenerationTask.OutpaintDynamic)]
    public void EdgeFill_Outpainting_FillsEveryPixel(GenerationTask task)
    {
        using var scope = NewDisposeScope();
        var flat = full([2, 3, 16, 16, 16], 0.7);
        var filled = new EdgeFill(new ConditionBuilder(Geometry).Build(task, flat).KnownPixels).Apply(flat);
        Assert.Equal(0, (filled - flat).abs().max().ToDouble(), 1e-5);
    }

    [Fact]
    public void EdgeFill_OtherSize_SaysSo()
    {
        using var scope = NewDisposeScope();
        var exception = Assert.Throws<ArgumentException>(() => new EdgeFill(ones([4, 8, 8], ScalarType.Bool)).Apply(zeros([1, 3, 4, 8, 9])));
        Assert.Contains("[B, 3, 4, 8, 8], got [1, 3, 4, 8, 9]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compute_FrameTasks_CopyAndBlend()
    {
        using var scope = NewDisposeScope();
        var clip = FormulaTensors.Clip(16, 16, 16, 1);
        var copied = TaskBaseline.Of(GenerationTask.FramePrediction, Geometry)!;
        var blended = TaskBaseline.Of(GenerationTask.FrameInterpolation, Geometry)!;
        Assert.Equal(("copy-last-frame", "linear-blend"), (copied.Name, blended.Name));
        Assert.Equal(0, (copied.Compute(clip) - clip.narrow(2, 0, 1)).abs().max().ToDouble());
        var fifth = clip.select(2, 0) * (10 / 15.0) + clip.select(2, 15) * (5 / 15.0);
        Assert.Equal(0, (blended.Compute(clip).select(2, 5) - fifth).abs().max().ToDouble(), 1e-6);
    }

    // A baseline that peeked would be no baseline.
    [Theory]
    [InlineData(GenerationTask.FramePrediction)]
    [InlineData(GenerationTask.FrameInterpolation)]
    [InlineData(GenerationTask.OutpaintCentral)]
    [InlineData(GenerationTask.OutpaintVertical)]
    [InlineData(GenerationTask.OutpaintHorizontal)]
    [InlineData(GenerationTask.OutpaintDynamic)]
    [InlineData(GenerationTask.InpaintCentral)]
    [InlineData(GenerationTask.InpaintDynamic)]
    [InlineData(GenerationTask.ClassFramePrediction)]
    public void Compute_HiddenPixelsChanged_GivesTheSame(GenerationTask task)
    {
        using var scope = NewDisposeScope();
        var clip = FormulaTensors.Clip(16, 16, 16, 1);
        var known = new ConditionBuilder(Geometry).Build(task, clip).KnownPixels;
        var other = where(known, clip, FormulaTensors.Clip(16, 16, 16, 2));
        var baseline = TaskBaseline.Of(task, Geometry)!;
        Assert.Equal(0, (baseline.Compute(clip) - baseline.Compute(other)).abs().max().ToDouble());
    }

    [Fact]
    public void Of_TasksThatAreGivenNothing_IsNull() => Assert.Null(TaskBaseline.Of(GenerationTask.ClassConditional, Geometry));
}
