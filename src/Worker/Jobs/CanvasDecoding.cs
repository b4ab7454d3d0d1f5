using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Infrastructure.Media;
using Magvit.Model.Decoding;
using Magvit.Model.Generation;
using Magvit.Worker.Decoding;
using Magvit.Worker.Generation;
using static TorchSharp.torch;

namespace Magvit.Worker.Jobs;

/// <summary>
/// Fills canvases larger than a clip, window by window. The samples of a job have the same known pixels, so they go through the same windows together;
/// each window is a session of the engine's like any other job's, and is left within one step.
/// </summary>
internal sealed class CanvasDecoding(ComputeThread compute, DecodingEngine engine, IArtifactStore artifacts, IJobProgressPublisher progress)
{
    private const long MaxPreviewSide = 256;

    /// <summary>Makes the clips of a job.</summary>
    /// <param name="running">The job; its steps are told over all windows.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="generator">The model, loaded for as long as this lasts.</param>
    /// <param name="footage">The canvas and what of it is known.</param>
    /// <param name="options">How to decode each sample.</param>
    /// <returns>The frames of each sample, and the tokens of all its windows in their order.</returns>
    public async Task<IReadOnlyList<(VideoFrames Frames, long[] Tokens)>> DecodeAsync(
        RunningJob running, GenerationRequest request, VideoGenerator generator, ClipInput footage, IReadOnlyList<DecodingOptions> options)
    {
        List<CanvasFill> fills = [];
        var tokens = options.Select(_ => new List<long>()).ToList();
        try
        {
            fills = await compute.RunAsync(
                () => options.Select(o => new CanvasFill(generator.Geometry, footage.Clip!, footage.KnownPixels!, OptionsOf(request, o))).ToList(), running.Stopping);
            if (fills[0].IsDone)
            {
                throw new JobRefusedException("Nothing is left to generate: every pixel is given. Ask for more frames, a larger canvas, or draw a mask.");
            }

            var steps = request.Steps * fills[0].Windows.Count;
            await using var previews = new JobPreviews(running, steps, artifacts, progress);
            progress.Publish(running.Job.Lease, new JobStep(0, steps));
            while (!fills[0].IsDone)
            {
                var outcomes = await DecodeWindowAsync(running, request, generator, fills, steps, previews, footage.FrameRateHz);
                await compute.RunAsync(() => Put(generator, fills, outcomes), running.Stopping);
                for (var i = 0; i < fills.Count; i++)
                {
                    tokens[i].AddRange(outcomes[i].Tokens);
                }
            }

            return await compute.RunAsync(
                () => fills.Select((fill, i) => (ToVideoFrames(fill, footage.FrameRateHz), tokens[i].ToArray())).ToList(), running.Stopping);
        }
        finally
        {
            await compute.RunAsync(() => Dispose(fills), CancellationToken.None);
        }
    }

    private async Task<IReadOnlyList<DecodingStep>> DecodeWindowAsync(
        RunningJob running, GenerationRequest request, VideoGenerator generator, List<CanvasFill> fills, int steps, JobPreviews previews, double frameRateHz)
    {
        var before = fills[0].Done * request.Steps;
        var samples = await compute.RunAsync(() => fills.ConvertAll(fill => Begin(generator, fill)), running.Stopping);
        try
        {
            return await engine.DecodeAsync(new DecodingSession(generator, samples)
            {
                Stopping = running.Stopping,
                OnStep = step => progress.Publish(running.Job.Lease, new JobStep(before + step, steps)),
                OnPreview = step => previews.Take(before + step.Step, Preview(generator, fills[0], step.Tokens, frameRateHz)),
            });
        }
        finally
        {
            await compute.RunAsync(() => Dispose(samples), CancellationToken.None);
        }
    }

    private static CanvasOptions OptionsOf(GenerationRequest request, DecodingOptions decoding) =>
        new() { Decoding = decoding, ClassName = request.ClassName, OverlapFrames = request.Overlap };

    private static DecodingSample Begin(VideoGenerator generator, CanvasFill fill)
    {
        var input = fill.Next();
        try
        {
            return generator.Begin(input);
        }
        finally
        {
            input.Clip?.Dispose();
            input.KnownPixels?.Dispose();
        }
    }

    private static bool Put(VideoGenerator generator, List<CanvasFill> fills, IReadOnlyList<DecodingStep> outcomes)
    {
        for (var i = 0; i < fills.Count; i++)
        {
            using var frames = generator.ToFrames(outcomes[i].Tokens);
            fills[i].Put(frames);
        }

        return true;
    }

    private static VideoFrames Preview(VideoGenerator generator, CanvasFill fill, long[] tokens, double frameRateHz)
    {
        using var scope = NewDisposeScope();
        var shown = fill.Preview(generator.ToFrames(tokens));
        var step = (Math.Max(shown.size(3), shown.size(4)) + MaxPreviewSide - 1) / MaxPreviewSide;
        return FrameTensors.ToVideoFrames(shown.slice(3, 0, shown.size(3), step).slice(4, 0, shown.size(4), step), frameRateHz);
    }

    private static VideoFrames ToVideoFrames(CanvasFill fill, double frameRateHz)
    {
        using var frames = fill.ToFrames();
        return FrameTensors.ToVideoFrames(frames, frameRateHz);
    }

    private static bool Dispose<T>(List<T> parts)
        where T : IDisposable
    {
        parts.ForEach(p => p.Dispose());
        return true;
    }
}
