using Magvit.Domain.Models;

namespace Magvit.Domain.Generation;

/// <summary>How large the result of a request is, where its clip lies in it, and in how many windows of the model it is made.</summary>
/// <param name="Frames">Frames of the result.</param>
/// <param name="Height">Height of the result in pixels.</param>
/// <param name="Width">Width of the result in pixels.</param>
/// <param name="Top">The row where the clip begins.</param>
/// <param name="Left">The column where the clip begins.</param>
/// <param name="ClipHeight">Height of the clip in the result.</param>
/// <param name="ClipWidth">Width of the clip in the result.</param>
public sealed record GenerationSize(int Frames, int Height, int Width, int Top, int Left, int ClipHeight, int ClipWidth)
{
    /// <summary>Frames that windows share unless the request says otherwise: one latent frame of the models at hand.</summary>
    public const int DefaultOverlap = 4;

    /// <summary>The size of what a request makes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="frames">Frames of the model's clips.</param>
    /// <param name="height">Height of the model's clips.</param>
    /// <param name="width">Width of the model's clips.</param>
    /// <returns>The size.</returns>
    public static GenerationSize Of(GenerationRequest request, int frames, int height, int width)
    {
        var canvas = request.Canvas ?? new GenerationCanvas(width, height);
        var (clipHeight, clipWidth) = (canvas.ClipHeight ?? height, canvas.ClipWidth ?? width);
        return new GenerationSize(
            request.Frames ?? frames,
            canvas.Height,
            canvas.Width,
            canvas.Top ?? (canvas.Height - clipHeight) / 2,
            canvas.Left ?? (canvas.Width - clipWidth) / 2,
            clipHeight,
            clipWidth);
    }

    /// <summary>Whether a request takes more than one window of the model, or a picture that is not the model's.</summary>
    /// <param name="request">The request.</param>
    /// <param name="frames">Frames of the model's clips.</param>
    /// <returns>Whether the result is put together from windows.</returns>
    public static bool IsLarge(GenerationRequest request, int frames) => request.Canvas is not null || (request.Frames ?? frames) != frames;

    /// <summary>Whether a task goes on from whole frames, whose number can be chosen.</summary>
    /// <param name="task">The task.</param>
    /// <returns>Whether <see cref="GenerationRequest.GivenFrames"/> has a meaning for it.</returns>
    public static bool TakesGivenFrames(GenerationTask task) =>
        task is GenerationTask.FramePrediction or GenerationTask.ClassFramePrediction or GenerationTask.FrameInterpolation;

    /// <summary>Whether a task can be done on a larger picture.</summary>
    /// <param name="task">The task.</param>
    /// <returns>Whether <see cref="GenerationRequest.Canvas"/> has a meaning for it.</returns>
    public static bool TakesCanvas(GenerationTask task) => TakesGivenFrames(task)
        || task is GenerationTask.OutpaintCentral or GenerationTask.OutpaintVertical or GenerationTask.OutpaintHorizontal or GenerationTask.CustomMask;

    /// <summary>Whether a request may ask for more frames than the model has.</summary>
    /// <param name="request">The request.</param>
    /// <returns>Whether <see cref="GenerationRequest.Frames"/> has a meaning for it.</returns>
    public static bool MayBeLong(GenerationRequest request) => TakesGivenFrames(request.Task)
        || request.Task is GenerationTask.ClassConditional or GenerationTask.CustomMask
        || (request.Canvas is not null && TakesCanvas(request.Task));

    /// <summary>How many windows one clip takes at most; the worker, which knows the mask, may need fewer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">The model that serves it.</param>
    /// <returns>1 for what the model makes in one go.</returns>
    public static long WindowsOf(GenerationRequest request, ModelCapabilities model)
    {
        if (!IsLarge(request, model.Frames))
        {
            return 1;
        }

        var size = Of(request, model.Frames, model.Height, model.Width);

        // Prediction: windows of frames that are all given are not decoded.
        var isPrediction = request.Task is GenerationTask.FramePrediction or GenerationTask.ClassFramePrediction;
        var known = isPrediction ? Math.Max(0, (request.GivenFrames ?? 1) - (request.Overlap ?? DefaultOverlap)) : 0;
        var rows = Along(size.Height, size.Top, size.ClipHeight, model.Height, model.Height / 2);
        var columns = Along(size.Width, size.Left, size.ClipWidth, model.Width, model.Width / 2);
        return Along(size.Frames - known, 0, 0, model.Frames, request.Overlap ?? DefaultOverlap) * rows * columns;
    }

    // As the model's own plan does it: windows over the clip, then outwards to both sides, each a step further.
    private static long Along(int extent, int from, int length, int window, int overlap)
    {
        var step = Math.Max(1, window - overlap);
        if (length < window)
        {
            (from, length) = (Math.Clamp(from - ((window - length) / 2), 0, Math.Max(0, extent - window)), window);
        }

        return 1 + Steps(length - window, step) + Steps(from, step) + Steps(extent - from - length, step);
    }

    private static long Steps(int distance, int step) => distance <= 0 ? 0 : ((long)distance + step - 1) / step;
}
