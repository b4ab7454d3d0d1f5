using Magvit.Model.Checkpoints;
using Magvit.Model.Decoding;
using Magvit.Model.Generation;
using Magvit.Model.Masking;
using Magvit.Model.Tokenizer;
using Magvit.Model.Training;
using Magvit.Model.Transformer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Training;

/// <summary>The variants of the paper's Tab. 5 and 6: each trains, and each makes clips.</summary>
public sealed class TransformerTrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-variants-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(ConditionMode.Commit, false, "mask")]
    [InlineData(ConditionMode.Commit, false, "mask+recons")]
    [InlineData(ConditionMode.Commit, false, "mask+refine")]
    [InlineData(ConditionMode.Commit, false, "mask+refine+recons")]
    [InlineData(ConditionMode.LatentMasking, false, "mask")]
    [InlineData(ConditionMode.Prefix, false, "mask+refine+recons")]
    [InlineData(ConditionMode.Prefix, true, "mask+refine+recons")]
    public void Train_EachVariant_LearnsAndGenerates(ConditionMode mode, bool isCausal, string weights)
    {
        using var scope = NewDisposeScope();
        using var clips = TinyClips.Make(_folder, "a/1", "b/2");
        manual_seed(5);
        var tokenizer = new VideoTokenizer(TinyModels.Tokenizer);
        var config = TinyModels.Transformer(1) with { Classes = 2, Segments = false, Conditioning = mode, IsCausal = isCausal };
        var transformer = new MaskedTransformer(config);
        var options = new TrainingOptions { Steps = 20, BatchSize = 4, PeakLearningRate = 3e-3, WarmupSteps = 2, EvaluateEvery = 100, EmaDecay = 0.5, BFloat16 = false };
        var trainer = new TransformerTrainer(tokenizer, transformer, options, TaskMix.Paper(hasClasses: true, 1), new RunDirectory(Path.Combine(_folder, "run")))
        {
            Commit = new CommitOptions { Weights = TokenRoleNames.Parse(weights), Schedule = MaskSchedule.Cosine, Block = new TokenBlock(1, 2, 2), GivenFrames = 5 },
        };
        var before = trainer.Evaluate(clips)["heldOutLoss"];
        var after = trainer.Train(clips, clips, null, CancellationToken.None)["heldOutLoss"];
        Assert.True(after < before - 0.2, $"{before:f3} to {after:f3}");

        transformer.eval();
        using var generator = VideoGenerator.Of(tokenizer, transformer, new ModelManifest { Kind = "transformer", Preset = "tiny", ClassNames = ["a", "b"] });
        var clip = clips.Window(0, 0, 16);
        var inputs = new[] { GenerationTask.FramePrediction, GenerationTask.InpaintCentral, GenerationTask.ClassConditional }
            .Select(task => new GenerationInput(task, task.NeedsInput() ? clip : null, null, "a", new DecodingOptions { Seed = 1, Steps = 4 })).ToList();
        var tokens = generator.GenerateAll(inputs, null, CancellationToken.None);
        Assert.All(tokens.SelectMany(t => t), t => Assert.InRange(t, 0, 999));
        if (mode == ConditionMode.LatentMasking)
        {
            // The condition is pasted and stays: the first latent frame is z~'s.
            var condition = tokenizer.Encode(clip.narrow(2, 0, 1).expand(-1, -1, 16, -1, -1)).view(-1).data<long>().ToArray();
            Assert.Equal(condition[..16], tokens[0][..16]);
        }
    }

    [Fact]
    public void New_TransformerOfAnotherTokenizer_SaysBothShapes()
    {
        using var tokenizer = new VideoTokenizer(TinyModels.Tokenizer);
        using var transformer = new MaskedTransformer(TinyModels.Transformer() with { Codes = 512 });
        var exception = Assert.Throws<ArgumentException>(() => new TransformerTrainer(
            tokenizer, transformer, new TrainingOptions { Steps = 1 }, TaskMix.All(1), new RunDirectory(_folder)));
        Assert.Contains("expected 1000 codes on a grid of 4x4x4", exception.Message, StringComparison.Ordinal);
        Assert.Contains("got 512", exception.Message, StringComparison.Ordinal);
    }

    // Classes are withheld as often as asked, by position alone.
    [Fact]
    public void Batches_LabelDropout_WithholdsAboutThatShare()
    {
        using var scope = NewDisposeScope();
        using var clips = TinyClips.Make(_folder, "a/1", "b/2");
        using var tokenizer = new VideoTokenizer(TinyModels.Tokenizer);
        var config = TinyModels.Transformer() with { Classes = 2 };
        var batches = new TransformerBatches(tokenizer, config, new TrainingOptions { Steps = 1, BatchSize = 200, LabelDropout = 0.25, BFloat16 = false },
            new CommitOptions(), TaskMix.Only(GenerationTask.ClassConditional));
        long Withheld(bool isTraining) => batches.Build(clips, null, 0, isTraining, new Generator(1)).Input.Prefix.select(1, 1)
            .eq(config.Vocabulary.NoClassToken).sum().ToInt64();
        Assert.InRange(Withheld(true), 30, 70);                                  // 50 of 200, three standard deviations
        Assert.Equal(Withheld(true), Withheld(true));
        Assert.Equal(0, Withheld(false));
    }

    [Fact]
    public void Mix_WeightsAndNames_GiveTheirShares()
    {
        var mix = TaskMix.Parse("frame-prediction=3, inpaint-central", 1);
        Assert.Equal(300, Enumerable.Range(0, 400).Count(i => mix.At(i) == GenerationTask.FramePrediction));
        Assert.Equal([GenerationTask.FramePrediction, GenerationTask.InpaintCentral], mix.Tasks);
        Assert.Equal(8, TaskMix.Paper(hasClasses: false, 1).Tasks.Count);
        Assert.Equal(10, TaskMix.Paper(hasClasses: true, 1).Tasks.Count);
        Assert.Contains("no task painting", Assert.Throws<ArgumentException>(() => TaskMix.Parse("painting", 1)).Message, StringComparison.Ordinal);
        Assert.Contains("at least one above 0", Assert.Throws<ArgumentException>(() => TaskMix.Parse("inpaint-central=0", 1)).Message, StringComparison.Ordinal);
    }
}
