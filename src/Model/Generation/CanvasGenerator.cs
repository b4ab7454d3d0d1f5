using Magvit.Model.Masking;
using static TorchSharp.torch;

namespace Magvit.Model.Generation;

/// <summary>
/// Results larger than a clip, window by window: chained prediction to any length, repeated outpainting to any canvas, and any drawn mask over both.
/// What is known stays exact to the pixel; every window sees what the ones before it made.
/// </summary>
public sealed class CanvasGenerator
{
    // Odd and large: no two windows of a canvas get the same seed, nor do canvases of neighbouring seeds share any.
    private const long SeedStride = 0x1E3779B97F4A7C15;

    private readonly VideoGenerator _generator;
    private readonly ConditionBuilder _conditions;

    /// <summary>A generator over a model.</summary>
    public CanvasGenerator(VideoGenerator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        _generator = generator;
        _conditions = new ConditionBuilder(generator.Geometry);
    }

    /// <summary>Chained prediction: goes on from the last frames of footage.</summary>
    /// <param name="clip">[1, 3, F, H, W] in [0, 1], F of 1 or more.</param>
    /// <param name="frames">Frames of the result, those given included.</param>
    /// <param name="options">How to fill.</param>
    /// <param name="onWindow">Hears of each window.</param>
    /// <param name="cancellationToken">Stops between decoding steps.</param>
    /// <returns>[1, 3, frames, H, W]; it begins with the clip.</returns>
    public Tensor Extend(Tensor clip, int frames, CanvasOptions options, Action<CanvasWindow>? onWindow, CancellationToken cancellationToken)
    {
        CheckClip(clip);
        return Place(clip, (frames, (int)clip.size(3), (int)clip.size(4)), (0, 0, 0), options, onWindow, cancellationToken);
    }

    /// <summary>Repeated outpainting: makes the surroundings of footage.</summary>
    /// <param name="clip">[1, 3, F, h, w] in [0, 1].</param>
    /// <param name="height">Rows of the canvas.</param>
    /// <param name="width">Columns of the canvas.</param>
    /// <param name="top">The row of the canvas where the footage begins.</param>
    /// <param name="left">The column where it begins.</param>
    /// <param name="options">How to fill.</param>
    /// <param name="onWindow">Hears of each window.</param>
    /// <param name="cancellationToken">Stops between decoding steps.</param>
    /// <returns>[1, 3, F, height, width]; the footage lies in it unchanged.</returns>
    public Tensor Outpaint(
        Tensor clip, int height, int width, int top, int left, CanvasOptions options, Action<CanvasWindow>? onWindow, CancellationToken cancellationToken)
    {
        CheckClip(clip);
        return Place(clip, ((int)clip.size(2), height, width), (0, top, left), options, onWindow, cancellationToken);
    }

    /// <summary>Fills the unknown pixels of a canvas of any length and size.</summary>
    /// <param name="canvas">[1, 3, F, H, W] in [0, 1].</param>
    /// <param name="knownPixels">bool [F, H, W], true where the canvas is to be kept.</param>
    /// <param name="options">How to fill.</param>
    /// <param name="onWindow">Hears of each window.</param>
    /// <param name="cancellationToken">Stops between decoding steps.</param>
    /// <returns>[1, 3, F, H, W], equal to the canvas where it was known.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, or nothing is known and no class is named.</exception>
    public Tensor Fill(Tensor canvas, Tensor knownPixels, CanvasOptions options, Action<CanvasWindow>? onWindow, CancellationToken cancellationToken)
    {
        CheckClip(canvas);
        ArgumentNullException.ThrowIfNull(knownPixels);
        ArgumentNullException.ThrowIfNull(options);
        if (!knownPixels.shape.AsSpan().SequenceEqual(canvas.shape.AsSpan(2)))
        {
            throw new ArgumentException(
                $"mask: expected [{canvas.size(2)}, {canvas.size(3)}, {canvas.size(4)}], got [{string.Join(", ", knownPixels.shape)}]", nameof(knownPixels));
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var (frames, rows, columns) = ((int)canvas.size(2), (int)canvas.size(3), (int)canvas.size(4));
        var g = _generator.Geometry;
        var starts = (
            T: Starts(knownPixels, 0, frames, g.Frames, options.OverlapFrames ?? g.FramesPerToken),
            H: Starts(knownPixels, 1, rows, g.Height, options.OverlapRows ?? g.Height / 2),
            W: Starts(knownPixels, 2, columns, g.Width, options.OverlapColumns ?? g.Width / 2));

        // The work canvas holds every window whole; what lies beyond the real one may be made, but nobody waits for it.
        var origin = (T: -starts.T[0], H: -starts.H[0], W: -starts.W[0]);
        long[] size = [starts.T[^1] + origin.T + g.Frames, starts.H[^1] + origin.H + g.Height, starts.W[^1] + origin.W + g.Width];
        Tensor Inside(Tensor work) => work.narrow(-3, origin.T, frames).narrow(-2, origin.H, rows).narrow(-1, origin.W, columns);
        var (work, known, wanted) = (zeros([1, 3, .. size]), zeros(size, ScalarType.Bool), zeros(size, ScalarType.Bool));
        Inside(work).copy_(canvas);
        Inside(known).copy_(knownPixels);
        Inside(wanted).copy_(knownPixels.logical_not());

        var windows = starts.T.SelectMany(t => starts.H.SelectMany(h => starts.W.Select(w => (T: t, H: h, W: w)))).ToList();
        Tensor Cut(Tensor from, (int T, int H, int W) at) =>
            from.narrow(-3, at.T + origin.T, g.Frames).narrow(-2, at.H + origin.H, g.Height).narrow(-1, at.W + origin.W, g.Width);

        // The window that knows most already goes next.
        (int T, int H, int W)? Next()
        {
            using var counting = NewDisposeScope();
            windows.RemoveAll(w => !Cut(wanted, w).any().ToBoolean());
            return windows.Count == 0 ? null : windows.MaxBy(w => Cut(known, w).sum().ToInt64());
        }

        for (var index = 0; Next() is { } next; index++)
        {
            using var inner = NewDisposeScope();
            var made = Cut(wanted, next).sum().ToInt64();
            var request = Request(Cut(work, next).clone(), Cut(known, next).clone(), options, index);
            var tokens = _generator.Generate(request, null, cancellationToken);
            Cut(work, next).copy_(where(Cut(known, next), Cut(work, next), _generator.ToFrames(tokens)));
            Cut(known, next).fill_(true);
            Cut(wanted, next).fill_(false);
            onWindow?.Invoke(new CanvasWindow(index, request.Task, request.GivenFrames, next.T, next.H, next.W, made));
        }

        return Inside(work).clone().MoveToOuterDisposeScope();
    }

    private static IReadOnlyList<int> Starts(Tensor known, int axis, int extent, int size, int overlap)
    {
        using var scope = NewDisposeScope();
        var along = known.movedim([axis], [0]).reshape(extent, -1).any(1).data<bool>().ToArray();
        return WindowStarts.Along(extent, Math.Max(0, Array.IndexOf(along, true)), Array.LastIndexOf(along, true) + 1, size, overlap);
    }

    private Tensor Place(Tensor clip, (int F, int H, int W) size, (int F, int H, int W) at, CanvasOptions options, Action<CanvasWindow>? onWindow,
        CancellationToken cancellationToken)
    {
        if (at.H < 0 || at.W < 0 || at.F + clip.size(2) > size.F || at.H + clip.size(3) > size.H || at.W + clip.size(4) > size.W)
        {
            throw new ArgumentException(
                $"canvas: {size.F}x{size.H}x{size.W} does not hold footage of {clip.size(2)}x{clip.size(3)}x{clip.size(4)} at row {at.H}, column {at.W}", nameof(clip));
        }

        using var scope = NewDisposeScope();
        var (canvas, known) = (zeros([1, 3, size.F, size.H, size.W]), zeros([size.F, size.H, size.W], ScalarType.Bool));
        canvas.narrow(2, at.F, clip.size(2)).narrow(3, at.H, clip.size(3)).narrow(4, at.W, clip.size(4)).copy_(clip);
        known.narrow(0, at.F, clip.size(2)).narrow(1, at.H, clip.size(3)).narrow(2, at.W, clip.size(4)).fill_(true);
        return Fill(canvas, known, options, onWindow, cancellationToken).MoveToOuterDisposeScope();
    }

    // The paper's own task where the known pixels are its region: models know those best.
    private GenerationInput Request(Tensor clip, Tensor known, CanvasOptions options, int index)
    {
        var (task, givenFrames) = _conditions.Recognize(known);
        if (options.ClassName is not null && task == GenerationTask.FramePrediction)
        {
            task = GenerationTask.ClassFramePrediction;
        }

        var decoding = options.Decoding with { Seed = unchecked(options.Decoding.Seed + index * SeedStride) };
        return new GenerationInput(task, task.NeedsInput() ? clip : null, task == GenerationTask.CustomMask ? known : null, options.ClassName, decoding)
        {
            GivenFrames = givenFrames,
        };
    }

    private static void CheckClip(Tensor clip)
    {
        ArgumentNullException.ThrowIfNull(clip);
        if (clip.shape is not [1, 3, > 0, > 0, > 0])
        {
            throw new ArgumentException($"footage: expected [1, 3, F, H, W], got [{string.Join(", ", clip.shape)}]", nameof(clip));
        }
    }
}
