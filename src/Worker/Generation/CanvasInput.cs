using Magvit.Domain.Generation;
using Magvit.Infrastructure.Media;
using Magvit.Model.Masking;
using static TorchSharp.torch;
using GenerationTask = Magvit.Model.Masking.GenerationTask;

namespace Magvit.Worker.Generation;

/// <summary>The footage of a request whose result is larger than the model's clips: the whole canvas, and what of it is known.</summary>
internal static class CanvasInput
{
    /// <summary>Reads what the task needs.</summary>
    /// <returns>The canvas [1, 3, F, H, W] and its known pixels [F, H, W].</returns>
    /// <exception cref="ArgumentException">The task needs an input or a mask that is not given.</exception>
    /// <exception cref="MediaException">A file cannot be decoded.</exception>
    public static async Task<ClipInput> ReadAsync(
        GenerationTask task, string? inputPath, string? maskPath, GenerationRequest request, GenerationSize size, CancellationToken cancellationToken)
    {
        var (canvas, known) = (zeros([1, 3, size.Frames, size.Height, size.Width]), zeros([size.Frames, size.Height, size.Width], ScalarType.Bool));
        if (!task.NeedsInput())
        {
            return new ClipInput(canvas, known, ClipInput.DefaultFrameRateHz, []);
        }

        var path = inputPath ?? throw new ArgumentException($"{task.Name()} needs an input: a video or an image");

        // Prediction reads only what is given; the others need every frame.
        var given = request.GivenFrames ?? 1;
        var isPrediction = task is GenerationTask.FramePrediction or GenerationTask.ClassFramePrediction;
        var frames = await VideoReader.ReadFramesAsync(
            path, request.InputStart, isPrediction ? given : size.Frames, request.InputStride, size.ClipWidth, size.ClipHeight, FitMode.CentreCrop, cancellationToken);
        using (NewDisposeScope())
        {
            Place(canvas, size, frames.Count).copy_(FrameTensors.ToClip(frames));
            Place(known, size, frames.Count).fill_(true);
            if (task == GenerationTask.FrameInterpolation)
            {
                known.narrow(0, given, size.Frames - (2 * given)).fill_(false);
            }
        }

        if (task == GenerationTask.CustomMask)
        {
            var file = maskPath ?? throw new ArgumentException("custom-mask needs a mask: a video or image, white where the clip is to be generated");
            var mask = await VideoReader.ReadFramesAsync(file, 0, size.Frames, 1, size.Width, size.Height, FitMode.CentreCrop, cancellationToken);
            using var scope = NewDisposeScope();
            known.copy_(known.logical_and(FrameTensors.ToKnownPixels(mask)));
        }

        return new ClipInput(canvas, known, frames.FrameRateHz, frames.Notes);
    }

    private static Tensor Place(Tensor canvas, GenerationSize size, int frames) =>
        canvas.narrow(-3, 0, frames).narrow(-2, size.Top, size.ClipHeight).narrow(-1, size.Left, size.ClipWidth);
}
