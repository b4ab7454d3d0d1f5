namespace Magvit.Model.Masking;

/// <summary>Which cells of a space-time grid a task is given: one rule for pixels and for tokens (spec §9).</summary>
/// <remarks>Moving regions follow the official code's token tables, not the paper's stricter rule (spec §9, ispad; §14).</remarks>
public static class TaskRegion
{
    /// <summary>Whether the pixel is given.</summary>
    /// <param name="task">Any task but <see cref="GenerationTask.CustomMask"/>.</param>
    /// <param name="geometry">The clip.</param>
    /// <param name="givenFrames">Frames given at the start (and end) by the frame tasks.</param>
    /// <param name="t">Frame.</param>
    /// <param name="h">Row.</param>
    /// <param name="w">Column.</param>
    public static bool IsPixelKnown(GenerationTask task, ClipGeometry geometry, int givenFrames, int t, int h, int w)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        return IsKnown(task, (geometry.Frames, geometry.Height, geometry.Width), givenFrames, t, h, w);
    }

    /// <summary>Whether the token stands for given pixels (C of spec §7).</summary>
    public static bool IsTokenKnown(GenerationTask task, ClipGeometry geometry, int givenFrames, int t, int h, int w) =>
        IsLatentKnown(task, geometry, GivenLatentFrames(geometry, givenFrames), t, h, w);

    /// <summary>The same by the number of latent frames that count as given.</summary>
    public static bool IsLatentKnown(GenerationTask task, ClipGeometry geometry, int givenLatentFrames, int t, int h, int w)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        return IsKnown(task, (geometry.LatentFrames, geometry.LatentHeight, geometry.LatentWidth), givenLatentFrames, t, h, w);
    }

    /// <summary>Latent frames that hold at least one of the given frames: 2 for the 5 of the K600 setting.</summary>
    public static int GivenLatentFrames(ClipGeometry geometry, int givenFrames)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        return (givenFrames + geometry.FramesPerToken - 1) / geometry.FramesPerToken;
    }

    private static bool IsKnown(GenerationTask task, (int T, int H, int W) grid, int given, int t, int h, int w)
    {
        var centralRow = h >= grid.H / 4 && h < grid.H - grid.H / 4;
        var centralColumn = w >= grid.W / 4 && w < grid.W - grid.W / 4;

        // The window moves from the left edge to the right, half the width wide; in a single frame it stands in the middle.
        var left = grid.T == 1 ? grid.W / 4 : (int)Math.Round((double)t * (grid.W / 2) / (grid.T - 1), MidpointRounding.AwayFromZero);
        var inWindow = w >= left && w < left + grid.W / 2;
        return task switch
        {
            GenerationTask.FramePrediction or GenerationTask.ClassFramePrediction => t < given,
            GenerationTask.FrameInterpolation => t < given || t >= grid.T - given,
            GenerationTask.OutpaintCentral => centralRow && centralColumn,
            GenerationTask.OutpaintVertical => centralColumn,
            GenerationTask.OutpaintHorizontal => centralRow,
            GenerationTask.OutpaintDynamic => inWindow,
            GenerationTask.InpaintCentral => !(centralRow && centralColumn),
            GenerationTask.InpaintDynamic => !(centralRow && inWindow),
            GenerationTask.ClassConditional => false,
            _ => throw new ArgumentOutOfRangeException(nameof(task), task, "a drawn mask has no fixed region"),
        };
    }
}
