using Magvit.Infrastructure.Media;
using Magvit.Model.Decoding;
using Magvit.Model.Generation;
using Magvit.Model.Masking;
using Magvit.Model.Training;
using Magvit.Model.Transformer;
using Magvit.Worker.Drawing;
using Magvit.Worker.Generation;
using static TorchSharp.torch;

namespace Magvit.Worker.Training;

/// <summary>A sheet per task: what is given, the real clip, and what the transformer makes of it; the same clips, masks and seeds at every call.</summary>
internal sealed class TransformerSamples(
    VideoGenerator generator, MaskedTransformer transformer, ClipDataset heldOut, IReadOnlyList<GenerationTask> tasks) : ITrainingSamples
{
    private const int Clips = 3;

    private readonly ConditionBuilder _conditions = new(generator.Geometry);

    public IReadOnlyList<(string Name, Canvas Sheet, VideoFrames? Motion)> Draw(int step)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var wasTraining = transformer.training;
        transformer.eval();
        var sheets = new List<(string, Canvas, VideoFrames?)>();
        var motion = new List<IReadOnlyList<VideoFrames>>();
        foreach (var task in tasks)
        {
            var rows = new List<(string, VideoFrames?)>();
            var clips = SampleClips.Spread(heldOut, Clips).ToList();
            var made = Generate(task, clips);
            for (var i = 0; i < clips.Count; i++)
            {
                var clip = heldOut.Window(clips[i], 0, generator.Geometry.Frames);
                rows.Add((heldOut.Name(clips[i]), FrameTensors.ToVideoFrames(clip, SampleClips.FrameRateHz)));
                if (task.NeedsInput())
                {
                    rows.Add(("given", FrameTensors.ToVideoFrames(Given(task, clip, i), SampleClips.FrameRateHz)));
                }

                rows.AddRange([("generated", made[i]), ("", null)]);
            }

            sheets.Add((task.Name(), ClipSheet.Draw($"{task.Name()}, step {step}", rows), null));
            motion.Add(made);
        }

        transformer.train(wasTraining);
        var all = ClipSheet.Draw($"all tasks, step {step}", [.. tasks.Zip(motion, (task, made) => (task.Name(), (VideoFrames?)made[0]))]);
        return [("all-tasks", all, ClipSheet.Animate(motion)), .. sheets];
    }

    private List<VideoFrames> Generate(GenerationTask task, List<int> clips)
    {
        var inputs = clips.Select((clip, i) => new GenerationInput(
            task, heldOut.Window(clip, 0, generator.Geometry.Frames), task == GenerationTask.CustomMask ? DrawnMask(i) : null,
            task.NeedsClass() ? heldOut.ClassNames[heldOut.Label(clip)] : null, new DecodingOptions { Seed = i })).ToList();
        return [.. generator.GenerateAll(inputs, null, CancellationToken.None)
            .Select(tokens => FrameTensors.ToVideoFrames(generator.ToFrames(tokens), SampleClips.FrameRateHz))];
    }

    // What is not given is grey.
    private Tensor Given(GenerationTask task, Tensor clip, int place)
    {
        var known = task == GenerationTask.CustomMask ? DrawnMask(place) : _conditions.Build(task, clip).KnownPixels;
        return where(known, clip, full_like(clip, 0.45));
    }

    private Tensor DrawnMask(int place) => RandomMasks.Draw(generator.Geometry, new Random(100 + place));
}
