using Magvit.Model.Discriminator;
using Magvit.Model.Losses;
using Magvit.Model.Tokenizer;
using Magvit.Model.Training;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Training;

/// <summary>The update rule of spec §4.3, and what stops a run.</summary>
public sealed class TokenizerTrainerTests : IDisposable
{
    // The paper's recipe, at a rate that shows in one step.
    private static readonly TrainingOptions Paper = TrainingOptions.PaperTokenizer(steps: 40, batchSize: 2, warmupSteps: 0) with
    {
        PeakLearningRate = 1e-2,
        EvaluateEvery = 1000,
        CheckpointEvery = TimeSpan.Zero,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-trainer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // beta1 is 0: the optimizer's first moment is the last gradient itself.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Train_FirstStep_TakesBothSidesGradientsAtTheFirstWeights(int penaltyEvery)
    {
        using var scope = NewDisposeScope();
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b");
        var losses = new TokenizerLossOptions { GradientPenaltyEvery = penaltyEvery };
        var run = TrainSteps(1, clips, Paper, losses);

        manual_seed(5);
        using var tokenizer = new VideoTokenizer(TinyTokenizers.Paper);
        using var discriminator = new VideoDiscriminator(DiscriminatorConfig.For(TinyTokenizers.Paper));
        var (batch, _) = clips.Batch(0, 2, 4, Paper.Seed);
        var real = batch.clone().requires_grad_();
        var output = tokenizer.forward(batch);
        var (realLogits, fakeLogits) = (discriminator.forward(real), discriminator.forward(output.Reconstruction.detach()));
        var discriminatorLoss = nn.functional.softplus(-realLogits).mean() + nn.functional.softplus(fakeLogits).mean()
            + GradientPenalty.Compute(realLogits, real) * 10 * penaltyEvery
            + (nn.functional.relu(realLogits.mean()).square() + nn.functional.relu(-fakeLogits.mean()).square()) * 0.001;
        var q = output.QuantizerLosses!;
        var generatorLoss = nn.functional.mse_loss(output.Reconstruction, batch) + nn.functional.softplus(-discriminator.forward(output.Reconstruction)).mean() * 0.1
            + q.Commitment * 0.25 + q.Embedding! + q.Entropy * 0.1;

        var checkpoint = run.ReadCheckpoint()!;
        AssertGradients(checkpoint, "optimizer.", autograd.grad([generatorLoss], [.. tokenizer.parameters()], retain_graph: true));
        AssertGradients(checkpoint, "discriminatorOptimizer.", autograd.grad([discriminatorLoss], [.. discriminator.parameters()], retain_graph: true));
        AssertFirstUpdate(checkpoint, tokenizer, "model.", "optimizer.");
        AssertFirstUpdate(checkpoint, discriminator, "discriminator.", "discriminatorOptimizer.");
        foreach (var (name, start) in tokenizer.named_parameters())
        {
            // EMA 0.999, starting at the first weights, without correction.
            var expected = start * 0.999 + checkpoint.Tensors["model." + name] * 0.001;
            Assert.InRange((checkpoint.Tensors["ema." + name] - expected).abs().max().ToDouble(), 0, 1e-6);
        }

        var means = checkpoint.Tensors["lecam.means"].data<double>().ToArray();
        Assert.Equal(realLogits.mean().ToDouble() * 0.001, means[0], 1e-7);
        Assert.Equal(fakeLogits.mean().ToDouble() * 0.001, means[1], 1e-7);
    }

    [Fact]
    public void Train_LazyPenalty_IsComputedEveryKthStep()
    {
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b");
        var losses = new TokenizerLossOptions { GradientPenaltyEvery = 3 };
        using var scope = NewDisposeScope();
        manual_seed(5);
        using var adversary = new AdversarialTraining(new VideoDiscriminator(DiscriminatorConfig.For(TinyTokenizers.Paper)), Paper, losses);
        var (batch, _) = clips.Batch(0, 2, 4, 1);
        var has = Enumerable.Range(0, 7).Select(step => adversary.Backward(batch, batch * 0.5, step).ContainsKey("gradientPenalty"));
        Assert.Equal([true, false, false, true, false, false, true], has);
    }

    // Pixels and FSQ: nothing in that loss is a mean over the batch inside a function.
    [Fact]
    public void Train_MicroBatches_EqualTheWholeBatch()
    {
        using var scope = NewDisposeScope();
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b", "run/c", "run/d");
        var options = Paper with { BatchSize = 4 };
        var config = TinyTokenizers.Paper with { Quantizer = QuantizerKind.Fsq };
        var whole = TrainSteps(1, clips, options, TokenizerLossOptions.ReconstructionOnly, "whole", config).ReadCheckpoint()!;
        var parts = TrainSteps(1, clips, options with { MicroBatches = 4 }, TokenizerLossOptions.ReconstructionOnly, "parts", config).ReadCheckpoint()!;
        var gradients = whole.Tensors.Where(t => t.Key.EndsWith(".mean", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(gradients);
        Assert.All(gradients, g => Assert.InRange(Difference(g.Value, parts.Tensors[g.Key]), 0, 1e-5 * g.Value.norm().ToDouble() + 1e-7));
    }

    [Fact]
    public void Train_MicroBatchesThatDoNotDivideTheBatch_AreRefused()
    {
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b");
        using var tokenizer = new VideoTokenizer(TinyTokenizers.Paper);
        var trainer = new TokenizerTrainer(tokenizer, Paper with { MicroBatches = 3, WarmupSteps = -1 }, Run("run"));
        var message = Assert.Throws<ArgumentException>(() => trainer.Train(clips, clips, null, CancellationToken.None)).Message;
        Assert.Contains("must divide the batch of 2 clips, got 3", message, StringComparison.Ordinal);
        Assert.Contains("warm-up", message, StringComparison.Ordinal);                  // everything at once
    }

    [Fact]
    public void Train_BFloat16WithRecomputation_LearnsOnBothSides()
    {
        using var scope = NewDisposeScope();
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b");
        var options = Paper with { BFloat16 = true, RecomputeActivations = true, PeakLearningRate = 1e-3 };
        var checkpoint = TrainSteps(2, clips, options, new TokenizerLossOptions()).ReadCheckpoint()!;
        Assert.Equal(2, checkpoint.Step);
        Assert.All(checkpoint.Tensors, t => Assert.True(t.Value.isfinite().all().ToBoolean(), t.Key));
        Assert.All(checkpoint.Tensors.Where(t => t.Key.EndsWith(".square", StringComparison.Ordinal)), t => Assert.True(t.Value.abs().sum().ToDouble() > 0, t.Key));
    }

    [Fact]
    public void Train_LossBecomesNaN_StopsAndKeepsTheLastGoodCheckpoint()
    {
        using var scope = NewDisposeScope();
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b");
        manual_seed(5);
        using var tokenizer = new VideoTokenizer(TinyTokenizers.Paper);
        var run = Run("run");
        var trainer = new TokenizerTrainer(tokenizer, Paper, run) { Losses = new TokenizerLossOptions { Adversarial = 0 }, Perceptual = new NaNAtCall(4) };
        var exception = Assert.Throws<NonFiniteLossException>(() => trainer.Train(clips, clips, null, CancellationToken.None));
        Assert.Contains("NaN at step 3", exception.Message, StringComparison.Ordinal);
        var checkpoint = run.ReadCheckpoint()!;
        Assert.Equal(3, checkpoint.Step);                                               // steps 0, 1 and 2 are done
        Assert.All(checkpoint.Tensors, t => Assert.True(t.Value.isfinite().all().ToBoolean(), t.Key));
    }

    // A finite loss with a gradient that is not: its update would spoil the weights, and the checkpoint after it.
    [Fact]
    public void Train_GradientBecomesNaN_StopsBeforeTheUpdate()
    {
        using var scope = NewDisposeScope();
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b");
        manual_seed(5);
        using var tokenizer = new VideoTokenizer(TinyTokenizers.Paper);
        var run = Run("run");
        var trainer = new TokenizerTrainer(tokenizer, Paper, run) { Losses = new TokenizerLossOptions { Adversarial = 0 }, Perceptual = new InfiniteSlope() };
        Assert.Contains("the gradient is", Assert.Throws<NonFiniteLossException>(() => trainer.Train(clips, clips, null, CancellationToken.None)).Message,
            StringComparison.Ordinal);
        Assert.Null(run.ReadCheckpoint());
        Assert.All(tokenizer.parameters(), p => Assert.True(p.isfinite().all().ToBoolean()));
    }

    [Fact]
    public void Train_CheckpointOfAnotherRecipe_IsRefused()
    {
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b");
        TrainSteps(1, clips, Paper, new TokenizerLossOptions());
        foreach (var (config, losses, what) in new[]
        {
            (TinyTokenizers.Paper, TokenizerLossOptions.ReconstructionOnly, " is unknown"),
            (TinyTokenizers.Paper with { BaseChannels = 8 }, new TokenizerLossOptions(), "model.encoder.stem.weight: expected [8, 3, 3, 3, 3], got [4, 3, 3, 3, 3]"),
        })
        {
            using var tokenizer = new VideoTokenizer(config);
            var trainer = new TokenizerTrainer(tokenizer, Paper, Run("run")) { Losses = losses };
            var message = Assert.Throws<InvalidDataException>(() => trainer.Train(clips, clips, null, CancellationToken.None)).Message;
            Assert.Contains(what, message, StringComparison.Ordinal);
            Assert.Contains("another network or recipe", message, StringComparison.Ordinal);
        }
    }

    // The average begins where the weights do, and a run that goes on does not begin again.
    [Fact]
    public void Train_LinearBlock_BeginsWithPathsFittedToTheClips()
    {
        using var scope = NewDisposeScope();
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b", "jump/c", "jump/d");
        var config = TinyModels.Tokenizer with { LinearBlock = new TokenBlock(4, 2, 2) };
        var options = new TrainingOptions { Steps = 1, BatchSize = 2, PeakLearningRate = 1e-9, EvaluateEvery = 1000, Seed = 1 };
        manual_seed(5);
        using var untrained = new VideoTokenizer(config);
        manual_seed(5);
        using var tokenizer = new VideoTokenizer(config);
        var before = new TokenizerTrainer(untrained, options, Run("other")).Evaluate(clips)["heldOutPsnr"];
        var after = new TokenizerTrainer(tokenizer, options, Run("run")).Train(clips, clips, null, CancellationToken.None)["heldOutPsnr"];
        Assert.True(after > before + 6, $"{before:f1} dB became {after:f1} dB");

        var checkpoint = Run("run").ReadCheckpoint()!;
        const string Map = "encoder.blockLinear.maps.0.weight";
        Assert.InRange(Difference(checkpoint.Tensors["model." + Map], checkpoint.Tensors["ema." + Map]), 0, 1e-6);
        using var again = new VideoTokenizer(config);
        new TokenizerTrainer(again, options, Run("run")).Train(clips, clips, null, CancellationToken.None);
        Assert.InRange(Difference(checkpoint.Tensors["ema." + Map], again.state_dict()[Map]), 0, 1e-6);
    }

    // Generator, average and discriminator, each from its own twin (spec §5).
    [Fact]
    public void Train_InflateFromARunOfTheImageTwin_BeginsWithAllThreeInflated()
    {
        using var scope = NewDisposeScope();
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b");
        var image = TrainSteps(2, clips, Paper, new TokenizerLossOptions(), "image", TinyTokenizers.Paper.ImageTwin());
        manual_seed(6);
        using var tokenizer = new VideoTokenizer(TinyTokenizers.Paper);
        InflationReport? report = null;
        using var stop = new CancellationTokenSource();
        var run = Run("video");
        var trainer = new TokenizerTrainer(tokenizer, Paper with { PeakLearningRate = 1e-12 }, run)
        {
            Losses = new TokenizerLossOptions(),
            Perceptual = new StopAtCall(1, stop),
            InflateFrom = image,
            Inflated = r => report = r,
        };
        Assert.Throws<OperationCanceledException>(() => trainer.Train(clips, clips, null, stop.Token));

        Assert.Empty(report!.LeftRandom);
        var (from, to) = (image.ReadCheckpoint()!.Tensors, run.ReadCheckpoint()!.Tensors);
        foreach (var name in new[] { "model.encoder.stem.weight", "ema.encoder.stem.weight", "discriminator.stem.weight" })
        {
            var (image2d, inflated) = (from[name].select(2, 0), to[name]);
            if (name.StartsWith("ema.", StringComparison.Ordinal))
            {
                image2d = image2d * 0.999 + from["model" + name[3..]].select(2, 0) * 0.001;          // one step later
            }

            Assert.InRange(Difference(image2d, inflated.select(2, 1)), 0, 1e-6);
            Assert.InRange(inflated.select(2, 0).abs().max().ToDouble() + inflated.select(2, 2).abs().max().ToDouble(), 0, 1e-6);
        }

        Assert.True(Difference(from["model.encoder.stem.weight"], from["ema.encoder.stem.weight"]) > 1e-3);
    }

    [Fact]
    public void Evaluate_TinyTokenizer_CountsCodesOnce()
    {
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b");
        using var tokenizer = new VideoTokenizer(TinyTokenizers.Paper);
        var metrics = new TokenizerTrainer(tokenizer, Paper, Run("run")).Evaluate(clips);
        Assert.InRange(metrics["heldOutCodebookUse"], 1.0 / 32, 1);
        Assert.True(double.IsFinite(metrics["heldOutPsnr"]));
    }

    // Stops a run by its token after some steps; the checkpoint is of the last of them.
    private RunDirectory TrainSteps(
        int steps, ClipDataset clips, TrainingOptions options, TokenizerLossOptions losses, string name = "run", TokenizerConfig? config = null)
    {
        manual_seed(5);
        using var tokenizer = new VideoTokenizer(config ?? TinyTokenizers.Paper);
        using var stop = new CancellationTokenSource();
        var run = Run(name);
        var trainer = new TokenizerTrainer(tokenizer, options, run)
        {
            Losses = losses with { Perceptual = 1 },
            Perceptual = new StopAtCall(steps * options.MicroBatches, stop),
        };
        Assert.Throws<OperationCanceledException>(() => trainer.Train(clips, clips, null, stop.Token));
        return run;
    }

    private static void AssertGradients(TrainingCheckpoint checkpoint, string prefix, IList<Tensor> expected)
    {
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.InRange(Difference(checkpoint.Tensors[$"{prefix}{i}.mean"], expected[i]), 0, 1e-4 * expected[i].norm().ToDouble() + 1e-7);
        }
    }

    // Adam(0, 0.99): the first step is lr g / (|g| + eps).
    private static void AssertFirstUpdate(TrainingCheckpoint checkpoint, nn.Module start, string weights, string optimizer)
    {
        var i = 0;
        foreach (var (name, parameter) in start.named_parameters())
        {
            var gradient = checkpoint.Tensors[$"{optimizer}{i++}.mean"];
            var rate = new LearningRateSchedule(Paper.PeakLearningRate, Paper.WarmupSteps, Paper.Steps).At(1);
            var expected = parameter.detach() - gradient / (gradient.abs() + 1e-8) * rate;
            Assert.InRange((checkpoint.Tensors[weights + name] - expected).abs().max().ToDouble(), 0, 1e-4 * rate);
        }
    }

    private static double Difference(Tensor a, Tensor b) => (a.detach() - b.detach()).abs().max().ToDouble();

    private RunDirectory Run(string name) => new(Path.Combine(_folder, name));

    private sealed class StopAtCall(int call, CancellationTokenSource stop) : IPerceptualLoss
    {
        private int _calls;

        public Tensor Compute(Tensor reconstruction, Tensor target, int step)
        {
            if (++_calls == call)
            {
                stop.Cancel();
            }

            return zeros([]);
        }
    }

    private sealed class NaNAtCall(int call) : IPerceptualLoss
    {
        private int _calls;

        public Tensor Compute(Tensor reconstruction, Tensor target, int step) => reconstruction.sum() * (++_calls == call ? double.NaN : 0);
    }

    // sqrt(x^2) at x = 0: the value is 0, the slope is no number.
    private sealed class InfiniteSlope : IPerceptualLoss
    {
        public Tensor Compute(Tensor reconstruction, Tensor target, int step) => (reconstruction - reconstruction.detach()).square().sum().sqrt();
    }
}
