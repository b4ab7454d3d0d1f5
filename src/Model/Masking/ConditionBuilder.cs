using static TorchSharp.torch;

namespace Magvit.Model.Masking;

/// <summary>Turns a clip and a task, or a drawn mask, into the padded condition clip and its token mask (spec §7, §9).</summary>
public sealed class ConditionBuilder
{
    private readonly ClipGeometry _geometry;

    /// <summary>A builder for clips of one geometry.</summary>
    public ConditionBuilder(ClipGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        _geometry = geometry;
    }

    /// <summary>The condition of one of the paper's tasks.</summary>
    /// <param name="task">Any task but <see cref="GenerationTask.CustomMask"/>.</param>
    /// <param name="clip">[B, 3, T, H, W] in [0, 1].</param>
    /// <param name="givenFrames">Frames given by the frame tasks, at the start and, for interpolation, also at the end; default 1.</param>
    /// <param name="givenLatentFrames">Latent frames that count as given; null takes all that hold a given frame (spec §9).</param>
    /// <exception cref="ArgumentOutOfRangeException">Too many given frames: nothing would be left to generate.</exception>
    /// <exception cref="ArgumentException">The clip is not of this geometry.</exception>
    public Condition Build(GenerationTask task, Tensor clip, int givenFrames = 1, int? givenLatentFrames = null)
    {
        CheckClip(clip);
        using var scope = NewDisposeScope();
        var tokens = TokenMask(task, givenFrames, givenLatentFrames);
        var known = KnownPixels(task, givenFrames);
        var padded = task switch
        {
            GenerationTask.FramePrediction or GenerationTask.ClassFramePrediction => RepeatLast(clip, givenFrames),
            GenerationTask.FrameInterpolation => Blend(clip, givenFrames),
            GenerationTask.OutpaintCentral => RepeatEdge(clip, _geometry.Height / 4, _geometry.Width / 4),
            GenerationTask.OutpaintVertical => RepeatEdge(clip, 0, _geometry.Width / 4),
            GenerationTask.OutpaintHorizontal => RepeatEdge(clip, _geometry.Height / 4, 0),
            _ => clip * known.to(float32),                                      // black
        };
        return new Condition(padded.MoveToOuterDisposeScope(), tokens.MoveToOuterDisposeScope(), known.MoveToOuterDisposeScope());
    }

    /// <summary>The condition of a drawn mask: unknown pixels become black, and a token is known when any of its pixels is (the paper's ispad rule).</summary>
    /// <param name="clip">[B, 3, T, H, W] in [0, 1].</param>
    /// <param name="knownPixels">bool [T, H, W], true where the clip is to be kept.</param>
    public Condition BuildCustom(Tensor clip, Tensor knownPixels)
    {
        CheckClip(clip);
        ArgumentNullException.ThrowIfNull(knownPixels);
        if (knownPixels.shape is not [var t, var h, var w] || t != _geometry.Frames || h != _geometry.Height || w != _geometry.Width)
        {
            throw new ArgumentException(
                $"mask: expected [{_geometry.Frames}, {_geometry.Height}, {_geometry.Width}], got [{string.Join(", ", knownPixels.shape)}]", nameof(knownPixels));
        }

        using var scope = NewDisposeScope();
        var cells = knownPixels.to(float32).view(_geometry.LatentFrames, _geometry.FramesPerToken,
            _geometry.LatentHeight, _geometry.RowsPerToken, _geometry.LatentWidth, _geometry.ColumnsPerToken);
        var tokens = Widen(cells.amax([1, 3, 5]).gt(0));                         // [lt, lh, lw]
        return new Condition((clip * knownPixels.to(float32)).MoveToOuterDisposeScope(), tokens.MoveToOuterDisposeScope(),
            knownPixels.clone().MoveToOuterDisposeScope());
    }

    /// <summary>C of a task: bool [lt, lh, lw], true where a token counts as given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Too many given frames: nothing would be left to generate.</exception>
    public Tensor TokenMask(GenerationTask task, int givenFrames = 1, int? givenLatentFrames = null)
    {
        CheckGiven(task, givenFrames);
        var g = _geometry;
        var latent = givenLatentFrames ?? TaskRegion.GivenLatentFrames(g, givenFrames);
        if (latent < 1 || latent > g.LatentFrames)
        {
            throw new ArgumentOutOfRangeException(nameof(givenLatentFrames), latent, $"given latent frames: expected 1 to {g.LatentFrames}");
        }

        using var scope = NewDisposeScope();
        return Widen(Grid(g.LatentFrames, g.LatentHeight, g.LatentWidth, (t, h, w) => TaskRegion.IsLatentKnown(task, g, latent, t, h, w))).MoveToOuterDisposeScope();
    }

    /// <summary>The pixels that a task is given: bool [T, H, W].</summary>
    /// <exception cref="ArgumentOutOfRangeException">Too many given frames: nothing would be left to generate.</exception>
    public Tensor KnownPixels(GenerationTask task, int givenFrames = 1)
    {
        CheckGiven(task, givenFrames);
        var g = _geometry;
        return Grid(g.Frames, g.Height, g.Width, (t, h, w) => TaskRegion.IsPixelKnown(task, g, givenFrames, t, h, w));
    }

    /// <summary>The task whose region a mask is, and how many frames it gives; a drawn mask when it is none's.</summary>
    /// <param name="knownPixels">bool [T, H, W].</param>
    public (GenerationTask Task, int GivenFrames) Recognize(Tensor knownPixels)
    {
        ArgumentNullException.ThrowIfNull(knownPixels);
        using var scope = NewDisposeScope();
        var isGiven = knownPixels.reshape(_geometry.Frames, -1).all(1).data<bool>().ToArray();
        var start = isGiven.TakeWhile(given => given).Count();
        foreach (var task in GenerationTasks.All.Where(t => t is not (GenerationTask.CustomMask or GenerationTask.ClassFramePrediction)))
        {
            var isFrameTask = task is GenerationTask.FramePrediction or GenerationTask.FrameInterpolation;
            var given = isFrameTask ? start : 1;
            if (given >= 1 && given <= MostGiven(task) && knownPixels.eq(KnownPixels(task, given)).all().ToBoolean())
            {
                return (task, given);
            }
        }

        return (GenerationTask.CustomMask, 1);
    }

    // Spec §9: 0 < given < T; interpolation gives as many at the end.
    private int MostGiven(GenerationTask task) => task == GenerationTask.FrameInterpolation ? (_geometry.Frames - 1) / 2 : _geometry.Frames - 1;

    private void CheckGiven(GenerationTask task, int givenFrames)
    {
        var most = MostGiven(task);
        if (givenFrames < 1 || givenFrames > most)
        {
            throw new ArgumentOutOfRangeException(
                nameof(givenFrames), givenFrames, $"given frames: expected 1 to {most} of {_geometry.Frames} for {task.Name()}");
        }
    }

    private void CheckClip(Tensor clip)
    {
        ArgumentNullException.ThrowIfNull(clip);
        if (clip.shape is not [_, _, var t, var h, var w] || t != _geometry.Frames || h != _geometry.Height || w != _geometry.Width)
        {
            throw new ArgumentException(
                $"clip: expected [B, 3, {_geometry.Frames}, {_geometry.Height}, {_geometry.Width}], got [{string.Join(", ", clip.shape)}]", nameof(clip));
        }
    }

    // Tokens that describe a block together all tell something of what is given anywhere in it: each counts as given (the paper's ispad rule, for the block).
    private Tensor Widen(Tensor tokens)                                          // bool [lt, lh, lw]
    {
        var (frames, rows, columns) = _geometry.Described;
        if (_geometry.Described.Volume == 1)
        {
            return tokens;
        }

        var (lt, lh, lw) = (_geometry.LatentFrames / frames, _geometry.LatentHeight / rows, _geometry.LatentWidth / columns);
        return tokens.to(float32).view(lt, frames, lh, rows, lw, columns).amax([1, 3, 5], keepdim: true).gt(0)
            .expand(lt, frames, lh, rows, lw, columns).reshape(_geometry.LatentFrames, _geometry.LatentHeight, _geometry.LatentWidth);
    }

    private static Tensor Grid(int frames, int rows, int columns, Func<int, int, int, bool> value)
    {
        var cells = new bool[frames * rows * columns];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = value(i / (rows * columns), i / columns % rows, i % columns);
        }

        return tensor(cells, [frames, rows, columns]);
    }

    private static Tensor RepeatLast(Tensor clip, int given)
    {
        var last = clip.narrow(2, given - 1, 1).expand(-1, -1, clip.size(2) - given, -1, -1);
        return cat([clip.narrow(2, 0, given), last], 2);
    }

    // f_k = f_a + (f_b - f_a) (k - a)/(b - a) between the last frame given at the start and the first given at the end.
    private static Tensor Blend(Tensor clip, int given)
    {
        var frames = (int)clip.size(2);
        var (a, b) = (given - 1, frames - given);
        var weights = linspace(0, 1, b - a + 1).narrow(0, 1, b - a - 1).view(1, 1, -1, 1, 1);
        var (from, to) = (clip.narrow(2, a, 1), clip.narrow(2, b, 1));
        return cat([clip.narrow(2, 0, given), from + (to - from) * weights, clip.narrow(2, b, given)], 2);
    }

    private static Tensor RepeatEdge(Tensor clip, int rows, int columns) => nn.functional.pad(
        clip.narrow(3, rows, clip.size(3) - 2 * rows).narrow(4, columns, clip.size(4) - 2 * columns),
        [columns, columns, rows, rows, 0, 0], PaddingModes.Replicate);
}
