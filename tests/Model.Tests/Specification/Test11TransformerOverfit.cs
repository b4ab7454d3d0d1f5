using Magvit.Model.Checkpoints;
using Magvit.Model.Decoding;
using Magvit.Model.Generation;
using Magvit.Model.Masking;
using Magvit.Model.Tests.Training;
using Magvit.Model.Tokenizer;
using Magvit.Model.Training;
using Magvit.Model.Transformer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Specification;

/// <summary>Spec §15.11: stage 2 learns a few clips by heart, and frame prediction reproduces them.</summary>
public sealed class Test11TransformerOverfit : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-overfit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Transformer_FourClips_ReachesNearlyZeroLossAndPredictsThem()
    {
        using var scope = NewDisposeScope();
        using var all = TinyClips.Make(_folder, "a/1", "a/2", "b/3", "b/4");
        var clips = all.With(new ClipSampling { RandomStart = false });
        manual_seed(11);
        var tokenizer = new VideoTokenizer(TinyModels.Tokenizer);
        var transformer = new MaskedTransformer(TinyModels.Transformer(1) with { Classes = 2 });
        var options = new TrainingOptions
        {
            Steps = 400,
            BatchSize = 8,
            PeakLearningRate = 3e-3,
            WarmupSteps = 20,
            EvaluateEvery = 1000,
            EmaDecay = 0.95,
            BFloat16 = false,
        };
        var trainer = new TransformerTrainer(tokenizer, transformer, options, TaskMix.Only(GenerationTask.FramePrediction), new RunDirectory(Path.Combine(_folder, "run")));
        var loss = trainer.Train(clips, clips, null, CancellationToken.None)["heldOutLoss"];
        Assert.True(loss < 0.05, $"loss {loss:f3}");                            // ln 1000 = 6.9 at the start

        transformer.eval();
        using var generator = VideoGenerator.Of(tokenizer, transformer, new ModelManifest { Kind = "transformer", Preset = "tiny", ClassNames = ["a", "b"] });
        for (var i = 0; i < clips.Count; i++)
        {
            var clip = clips.Window(i, 0, 16);
            var expected = tokenizer.Encode(clip).view(-1).data<long>().ToArray();
            var tokens = generator.Generate(new GenerationInput(GenerationTask.FramePrediction, clip, null, null, new DecodingOptions { Seed = i }), null, CancellationToken.None);
            var right = tokens.Zip(expected).Count(p => p.First == p.Second);
            Assert.True(right >= 62, $"{right} of 64 tokens of clip {i}");
        }
    }
}
