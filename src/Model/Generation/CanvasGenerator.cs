using static TorchSharp.torch;

namespace Magvit.Model.Generation;

/// <summary>
/// Results larger than a clip, window by window: chained prediction to any length, repeated outpainting to any canvas, and any drawn mask over both.
/// What is known stays exact to the pixel; every window sees what the ones before it made.
/// </summary>
public sealed class CanvasGenerator
{
    private readonly VideoGenerator _generator;

    /// <summary>A generator over a model.</summary>
    public CanvasGenerator(VideoGenerator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        _generator = generator;
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
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        using var fill = new CanvasFill(_generator.Geometry, canvas, knownPixels, options);
        while (!fill.IsDone)
        {
            using var inner = NewDisposeScope();
            var window = fill.Windows[fill.Done];
            fill.Put(_generator.ToFrames(_generator.Generate(fill.Next(), null, cancellationToken)));
            onWindow?.Invoke(window);
        }

        return fill.ToFrames().MoveToOuterDisposeScope();
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

    private static void CheckClip(Tensor clip)
    {
        ArgumentNullException.ThrowIfNull(clip);
        if (clip.shape is not [1, 3, > 0, > 0, > 0])
        {
            throw new ArgumentException($"footage: expected [1, 3, F, H, W], got [{string.Join(", ", clip.shape)}]", nameof(clip));
        }
    }
}
