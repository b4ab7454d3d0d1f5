using Magvit.Domain.Generation;

namespace Magvit.Web.Studio;

/// <summary>
/// What each task leaves to the model, frame by frame, as the pictures of the tasks show it; the mask itself is drawn by the editor.
/// The geometry is the model's: halves of the frame, and a window that travels half a width over sixteen frames.
/// </summary>
internal static class TaskMask
{
    public const int Frames = 16;

    private const double Near = 0.25;
    private const double Far = 0.75;

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
        GenerationTask.CustomMask => [new(0.1 + (0.035 * frame), 0.16, 0.3, 0.34), new(0.16 + (0.03 * frame), 0.38, 0.42, 0.4)],
        _ => [MaskRegion.Whole],
    };

    private static double WindowStart(int frame) => 0.5 * frame / (Frames - 1);

    private static MaskRegion[] BesideWindow(double start) =>
    [
        .. start > 0 ? [new MaskRegion(0, 0, start, 1)] : Array.Empty<MaskRegion>(),
        .. start < 0.5 ? [new MaskRegion(start + 0.5, 0, 0.5 - start, 1)] : Array.Empty<MaskRegion>(),
    ];
}
