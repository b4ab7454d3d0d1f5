using Magvit.Infrastructure.Media;
using Magvit.Model;
using Magvit.Model.Masking;
using static TorchSharp.torch;

namespace Magvit.Worker.Generation;

/// <summary>The footage and mask of a request, at the model's size.</summary>
/// <param name="Clip">[1, 3, T, H, W] in [0, 1]; null when the task needs none.</param>
/// <param name="KnownPixels">bool [T, H, W] of a drawn mask; null without one.</param>
/// <param name="FrameRateHz">The footage's frame rate after striding; 8 without footage.</param>
/// <param name="Notes">What was changed to make it fit, in words.</param>
internal sealed record ClipInput(Tensor? Clip, Tensor? KnownPixels, double FrameRateHz, IReadOnlyList<string> Notes) : IDisposable
{
    public const double DefaultFrameRateHz = 8;

    /// <summary>Reads what the task needs.</summary>
    /// <param name="task">The task.</param>
    /// <param name="inputPath">The footage, when there is any.</param>
    /// <param name="maskPath">The drawn mask, when there is one.</param>
    /// <param name="start">The first frame of the footage.</param>
    /// <param name="stride">Frames of the footage from one to the next.</param>
    /// <param name="geometry">The model's size.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <param name="read">Reads frames, from a memory for instance; null reads the files.</param>
    /// <exception cref="ArgumentException">The task needs an input or a mask that is not given.</exception>
    /// <exception cref="MediaException">A file cannot be decoded.</exception>
    public static async Task<ClipInput> ReadAsync(
        GenerationTask task, string? inputPath, string? maskPath, int start, int stride, ClipGeometry geometry, CancellationToken cancellationToken,
        Func<FrameWindow, CancellationToken, Task<VideoFrames>>? read = null)
    {
        if (!task.NeedsInput())
        {
            return new ClipInput(null, null, DefaultFrameRateHz, []);
        }

        if (inputPath is null)
        {
            throw new ArgumentException($"{task.Name()} needs an input: a video or an image");
        }

        read ??= static (window, token) => window.ReadAsync(token);
        var frames = await read(new FrameWindow(inputPath, start, geometry.Frames, stride, geometry.Width, geometry.Height), cancellationToken);
        Tensor? known = null;
        if (task == GenerationTask.CustomMask)
        {
            var path = maskPath ?? throw new ArgumentException("custom-mask needs a mask: a video or image, white where the clip is to be generated");
            var mask = await read(new FrameWindow(path, 0, geometry.Frames, 1, geometry.Width, geometry.Height), cancellationToken);
            known = FrameTensors.ToKnownPixels(mask);
        }

        return new ClipInput(FrameTensors.ToClip(frames), known, frames.FrameRateHz, frames.Notes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clip?.Dispose();
        KnownPixels?.Dispose();
    }
}
