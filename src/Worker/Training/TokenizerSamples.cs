using Magvit.Infrastructure.Media;
using Magvit.Model.Tokenizer;
using Magvit.Model.Training;
using Magvit.Worker.Drawing;
using Magvit.Worker.Generation;
using static TorchSharp.torch;

namespace Magvit.Worker.Training;

/// <summary>Reconstructions of the same held-out clips at every call, under the real ones.</summary>
internal sealed class TokenizerSamples(VideoTokenizer tokenizer, ClipDataset heldOut) : ITrainingSamples
{
    private const int Clips = 6;

    public IReadOnlyList<(string Name, Canvas Sheet, VideoFrames? Motion)> Draw(int step)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var wasTraining = tokenizer.training;
        tokenizer.eval();
        var rows = new List<(string, VideoFrames?)>();
        var pairs = new List<IReadOnlyList<VideoFrames>>();
        foreach (var index in SampleClips.Spread(heldOut, Clips))
        {
            var clip = heldOut.Window(index, 0, tokenizer.Config.Frames);
            var real = FrameTensors.ToVideoFrames(clip, SampleClips.FrameRateHz);
            var made = FrameTensors.ToVideoFrames(tokenizer.Decode(tokenizer.Encode(clip)), SampleClips.FrameRateHz);
            rows.AddRange([(heldOut.Name(index), real), ("reconstruction", made), ("", null)]);
            pairs.Add([real, made]);
        }

        tokenizer.train(wasTraining);
        return [("reconstructions", ClipSheet.Draw($"step {step}", rows), ClipSheet.Animate(pairs))];
    }
}
