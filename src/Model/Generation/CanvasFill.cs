using Magvit.Model.Masking;
using static TorchSharp.torch;

namespace Magvit.Model.Generation;

/// <summary>
/// A canvas that is being filled. Which windows will be filled, and in which order, follows from what is known alone: the plan stands before anything is
/// decoded, and canvases with the same known pixels go through the same windows, so that their samples share forward passes.
/// </summary>
/// <remarks>Take <see cref="Next"/>, decode it, <see cref="Put"/> its frames; until <see cref="IsDone"/>. Not thread-safe.</remarks>
public sealed class CanvasFill : IDisposable
{
    // Odd and large: no two windows of a canvas get the same seed, nor do canvases of neighbouring seeds share any.
    private const long SeedStride = 0x1E3779B97F4A7C15;

    private readonly CanvasPlan _plan;
    private readonly CanvasOptions _options;
    private readonly Tensor _work;                                              // [1, 3, F', H', W']: holds every window whole
    private readonly Tensor _known;                                             // bool [F', H', W']
    private int _done;

    /// <summary>A canvas before its first window.</summary>
    /// <param name="geometry">The clips of the model that will fill it.</param>
    /// <param name="canvas">[1, 3, F, H, W] in [0, 1].</param>
    /// <param name="knownPixels">bool [F, H, W], true where the canvas is to be kept.</param>
    /// <param name="options">How to fill.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public CanvasFill(ClipGeometry geometry, Tensor canvas, Tensor knownPixels, CanvasOptions options)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        ArgumentNullException.ThrowIfNull(canvas);
        ArgumentNullException.ThrowIfNull(knownPixels);
        ArgumentNullException.ThrowIfNull(options);
        if (canvas.shape is not [1, 3, > 0, > 0, > 0])
        {
            throw new ArgumentException($"footage: expected [1, 3, F, H, W], got [{string.Join(", ", canvas.shape)}]", nameof(canvas));
        }

        if (!knownPixels.shape.AsSpan().SequenceEqual(canvas.shape.AsSpan(2)))
        {
            throw new ArgumentException(
                $"mask: expected [{canvas.size(2)}, {canvas.size(3)}, {canvas.size(4)}], got [{string.Join(", ", knownPixels.shape)}]", nameof(knownPixels));
        }

        using var scope = NewDisposeScope();
        _options = options;
        _plan = CanvasPlan.Of(geometry, knownPixels, options);
        _work = zeros([1, 3, .. _plan.WorkSize]).DetachFromDisposeScope();
        _known = zeros([.. _plan.WorkSize], ScalarType.Bool).DetachFromDisposeScope();
        _plan.Inside(_work).copy_(canvas);
        _plan.Inside(_known).copy_(knownPixels);
    }

    /// <summary>All windows, in the order in which they are filled; empty when nothing is unknown.</summary>
    public IReadOnlyList<CanvasWindow> Windows => _plan.Windows;

    /// <summary>Windows that have been filled.</summary>
    public int Done => _done;

    /// <summary>Whether nothing is left to fill.</summary>
    public bool IsDone => _done == _plan.Windows.Count;

    /// <summary>What to ask of the model for the next window; its tensors belong to the caller.</summary>
    /// <exception cref="InvalidOperationException">Nothing is left to fill.</exception>
    public GenerationInput Next()
    {
        var window = Current;
        using var scope = NewDisposeScope();
        var decoding = _options.Decoding with { Seed = unchecked(_options.Decoding.Seed + window.Index * SeedStride) };
        var clip = window.Task.NeedsInput() ? _plan.Cut(_work, window).clone().MoveToOuterDisposeScope() : null;
        var known = window.Task == GenerationTask.CustomMask ? _plan.Cut(_known, window).clone().MoveToOuterDisposeScope() : null;
        return new GenerationInput(window.Task, clip, known, _options.ClassName, decoding) { GivenFrames = window.GivenFrames };
    }

    /// <summary>Takes the frames of the next window [1, 3, T, H, W]; what is known stays.</summary>
    /// <exception cref="InvalidOperationException">Nothing is left to fill.</exception>
    public void Put(Tensor frames)
    {
        using var scope = NewDisposeScope();
        var window = Current;
        var place = _plan.Cut(_work, window);
        place.copy_(where(_plan.Cut(_known, window), place, frames));
        _plan.Cut(_known, window).fill_(true);
        _done++;
    }

    /// <summary>The canvas as far as it is filled, [1, 3, F, H, W]; black where nothing is known yet.</summary>
    public Tensor ToFrames()
    {
        using var scope = NewDisposeScope();
        return _plan.Inside(_work).clone().MoveToOuterDisposeScope();
    }

    /// <summary>As many frames of the canvas as a clip has, those of the next window, as they would be with these frames. Nothing is taken over.</summary>
    /// <param name="frames">[1, 3, T, H, W] of a step of the next window.</param>
    /// <returns>[1, 3, T, H', W']: all rows and columns of the canvas; of a window that reaches beyond its end, the last frames.</returns>
    public Tensor Preview(Tensor frames)
    {
        using var scope = NewDisposeScope();
        using var trial = _work.clone();
        var window = Current;
        var place = _plan.Cut(trial, window);
        place.copy_(where(_plan.Cut(_known, window), place, frames));
        return _plan.InsideAtTimeOf(trial, window).clone().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _work.Dispose();
        _known.Dispose();
    }

    private CanvasWindow Current => IsDone ? throw new InvalidOperationException("the canvas is filled; nothing is left to decode") : _plan.Windows[_done];
}
