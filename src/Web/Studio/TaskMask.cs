using System.Collections.Frozen;
using Magvit.Domain.Generation;

namespace Magvit.Web.Studio;

/// <summary>
/// What each task leaves to the model, frame by frame, for pictures and for the hatch over the input.
/// The geometry is the model's: halves of the frame, and a window that travels half a width over sixteen frames.
/// </summary>
internal static class TaskMask
{
    public const int Frames = 16;

    private const double Near = 0.25;
    private const double Far = 0.75;

    private static readonly FrozenDictionary<GenerationTask, double[][][]> PlayerRegions = Enum.GetValues<GenerationTask>().ToFrozenDictionary(
        task => task,
        double[][][] (task) => [.. Enumerable.Range(0, Frames).Select(frame =>
            Regions(task, frame).Select(region => new[] { region.X, region.Y, region.Width, region.Height }).ToArray())]);

    /// <summary>The regions to fill in one frame; none when the whole frame is given.</summary>
    public static IReadOnlyList<MaskRegion> Regions(GenerationTask task, int frame) => task switch
    {
        GenerationTask.FramePrediction or GenerationTask.ClassFramePrediction => frame == 0 ? [] : [MaskRegion.Whole],
        GenerationTask.FrameInterpolation => frame is 0 or Frames - 1 ? [] : [MaskRegion.Whole],
        GenerationTask.OutpaintCentral => [new(0, 0, 1, Near), new(0, Far, 1, Near), new(0, Near, Near, 0.5), new(Far, Near, Near, 0.5)],
        GenerationTask.OutpaintVertical => [new(0, 0, Near, 1), new(Far, 0, Near, 1)],
        GenerationTask.OutpaintHorizontal => [new(0, 0, 1, Near), new(0, Far, 1, Near)],
        GenerationTask.OutpaintDynamic => BesideWindow(WindowStart(frame)),
        GenerationTask.InpaintCentral => [new(Near, Near, 0.5, 0.5)],
        GenerationTask.InpaintDynamic => [new(WindowStart(frame), Near, 0.5, 0.5)],
        _ => [MaskRegion.Whole],
    };

    /// <summary>All frames, as plain numbers for the player's module; the same array for the same task.</summary>
    public static double[][][] ForPlayer(GenerationTask task) => PlayerRegions[task];

    private static double WindowStart(int frame) => 0.5 * frame / (Frames - 1);

    private static MaskRegion[] BesideWindow(double start) =>
    [
        .. start > 0 ? [new MaskRegion(0, 0, start, 1)] : Array.Empty<MaskRegion>(),
        .. start < 0.5 ? [new MaskRegion(start + 0.5, 0, 0.5 - start, 1)] : Array.Empty<MaskRegion>(),
    ];
}
