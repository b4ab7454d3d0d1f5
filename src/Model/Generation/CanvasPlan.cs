using Magvit.Model.Masking;
using static TorchSharp.torch;

namespace Magvit.Model.Generation;

/// <summary>Where the windows of a canvas lie, and in which order they are filled: the one that knows most goes next.</summary>
/// <remarks>The work canvas holds every window whole; what lies beyond the real one may be made, but nobody waits for it.</remarks>
internal sealed class CanvasPlan
{
    private readonly ClipGeometry _geometry;
    private readonly (int T, int H, int W) _size;
    private readonly (int T, int H, int W) _origin;

    private CanvasPlan(ClipGeometry geometry, (int T, int H, int W) size, (int T, int H, int W) origin, long[] workSize) =>
        (_geometry, _size, _origin, WorkSize) = (geometry, size, origin, workSize);

    /// <summary>Frames, rows and columns of the work canvas.</summary>
    public IReadOnlyList<long> WorkSize { get; }

    /// <summary>In the order of filling.</summary>
    public IReadOnlyList<CanvasWindow> Windows { get; private set; } = [];

    /// <summary>Plans a canvas whose known pixels are bool [F, H, W].</summary>
    public static CanvasPlan Of(ClipGeometry g, Tensor knownPixels, CanvasOptions options)
    {
        using var scope = NewDisposeScope();
        var size = (T: (int)knownPixels.size(0), H: (int)knownPixels.size(1), W: (int)knownPixels.size(2));
        var starts = (
            T: Starts(knownPixels, 0, size.T, g.Frames, options.OverlapFrames ?? g.FramesPerToken),
            H: Starts(knownPixels, 1, size.H, g.Height, options.OverlapRows ?? g.Height / 2),
            W: Starts(knownPixels, 2, size.W, g.Width, options.OverlapColumns ?? g.Width / 2));
        var origin = (T: -starts.T[0], H: -starts.H[0], W: -starts.W[0]);
        long[] work = [starts.T[^1] + origin.T + g.Frames, starts.H[^1] + origin.H + g.Height, starts.W[^1] + origin.W + g.Width];
        var windows = starts.T.SelectMany(t => starts.H.SelectMany(h => starts.W.Select(w => (t, h, w)))).ToList();
        var plan = new CanvasPlan(g, size, origin, work);
        plan.Windows = plan.Order(windows, knownPixels, options.ClassName);
        return plan;
    }

    /// <summary>The real canvas in the work canvas.</summary>
    public Tensor Inside(Tensor work) => work.narrow(-3, _origin.T, _size.T).narrow(-2, _origin.H, _size.H).narrow(-1, _origin.W, _size.W);

    /// <summary>A window of the work canvas.</summary>
    public Tensor Cut(Tensor work, CanvasWindow at) => work.narrow(-3, at.Frame + _origin.T, _geometry.Frames)
        .narrow(-2, at.Top + _origin.H, _geometry.Height).narrow(-1, at.Left + _origin.W, _geometry.Width);

    /// <summary>All of the real canvas at the frames of a window; where the window reaches beyond, as many frames at that end.</summary>
    public Tensor InsideAtTimeOf(Tensor work, CanvasWindow at)
    {
        var inside = Inside(work);
        var count = Math.Min(_geometry.Frames, _size.T);
        return inside.narrow(-3, Math.Clamp(at.Frame, 0, _size.T - count), count);
    }

    private static IReadOnlyList<int> Starts(Tensor known, int axis, int extent, int size, int overlap)
    {
        using var scope = NewDisposeScope();
        var along = known.movedim([axis], [0]).reshape(extent, -1).any(1).data<bool>().ToArray();
        return WindowStarts.Along(extent, Math.Max(0, Array.IndexOf(along, true)), Array.LastIndexOf(along, true) + 1, size, overlap);
    }

    // Counts are taken again only where the window before has changed them: long canvases have many windows, each with few neighbours.
    private List<CanvasWindow> Order(List<(int T, int H, int W)> places, Tensor knownPixels, string? className)
    {
        var conditions = new ConditionBuilder(_geometry);
        var (known, wanted) = (zeros([.. WorkSize], ScalarType.Bool), zeros([.. WorkSize], ScalarType.Bool));
        Inside(known).copy_(knownPixels);
        Inside(wanted).copy_(knownPixels.logical_not());
        var open = places.ConvertAll(at => new Candidate(at, CountAt(known, at), CountAt(wanted, at)));
        var windows = new List<CanvasWindow>();
        while (true)
        {
            open.RemoveAll(w => w.Wanted == 0);
            if (open.Count == 0)
            {
                return windows;
            }

            using var inner = NewDisposeScope();
            var next = open.MaxBy(w => w.Known)!;
            var at = new CanvasWindow(windows.Count, GenerationTask.CustomMask, 1, next.At.T, next.At.H, next.At.W, next.Wanted);
            var (task, given) = conditions.Recognize(Cut(known, at));
            windows.Add(at with
            {
                Task = className is not null && task == GenerationTask.FramePrediction ? GenerationTask.ClassFramePrediction : task,
                GivenFrames = given,
            });
            Cut(known, at).fill_(true);
            Cut(wanted, at).fill_(false);
            for (var i = 0; i < open.Count; i++)
            {
                if (Touches(open[i].At, next.At))
                {
                    open[i] = new Candidate(open[i].At, CountAt(known, open[i].At), CountAt(wanted, open[i].At));
                }
            }
        }
    }

    private long CountAt(Tensor work, (int T, int H, int W) at)
    {
        using var scope = NewDisposeScope();
        return Cut(work, new CanvasWindow(0, GenerationTask.CustomMask, 1, at.T, at.H, at.W, 0)).sum().ToInt64();
    }

    private bool Touches((int T, int H, int W) a, (int T, int H, int W) b) =>
        Math.Abs(a.T - b.T) < _geometry.Frames && Math.Abs(a.H - b.H) < _geometry.Height && Math.Abs(a.W - b.W) < _geometry.Width;

    private sealed record Candidate((int T, int H, int W) At, long Known, long Wanted);
}
