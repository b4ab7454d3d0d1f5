using Magvit.Model.Losses;
using Magvit.Model.Tokenizer;
using Magvit.Model.Training;
using Magvit.Model.Transformer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Training;

/// <summary>A run that was stopped and begun again ends where an uninterrupted one does.</summary>
public sealed class ResumedTrainingTests : IDisposable
{
    // Float32 in the same order on the same machine: equal but for the order of sums between threads.
    private const double Tolerance = 1e-6;

    // Reported, and therefore interrupted, after 20; measured on held-out clips on both sides of that.
    private static readonly TrainingOptions Options = new()
    {
        Steps = 24,
        BatchSize = 2,
        PeakLearningRate = 1e-3,
        WarmupSteps = 4,
        EvaluateEvery = 6,
        BFloat16 = false,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-training-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Train_TokenizerInterruptedAndResumed_EndsWithTheSameWeights()
    {
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b", "run/c", "run/d");
        var (train, heldOut) = clips.Split();
        AssertResumes(
            () => new VideoTokenizer(TinyModels.Tokenizer),
            (network, options, run, progress, token) => new TokenizerTrainer(network, options, run).Train(train, heldOut, progress, token));
    }

    // The paper's recipe: the discriminator, its optimizer and LeCAM's running means must come back too.
    [Fact]
    public void Train_TokenizerAndDiscriminatorInterruptedAndResumed_EndWithTheSameWeights()
    {
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b", "run/c", "run/d");
        var (train, heldOut) = clips.Split();
        AssertResumes(
            () => new VideoTokenizer(TinyTokenizers.Paper),
            (network, options, run, progress, token) => new TokenizerTrainer(
                network, options with { MicroBatches = 2, TokenizerBeta1 = 0, EmaRampUp = false, EmaDecay = 0.9, RecomputeActivations = true }, run)
            {
                Losses = new TokenizerLossOptions { GradientPenaltyEvery = 3, LeCam = 0.1, LeCamDecay = 0.9 },
            }.Train(train, heldOut, progress, token));
        AssertSameCheckpoints(Run("whole"), Run("resumed"));
    }

    [Fact]
    public void Train_TransformerInterruptedAndResumed_EndsWithTheSameWeights()
    {
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b", "run/c", "run/d");
        var (train, heldOut) = clips.Split();
        manual_seed(5);
        using var tokenizer = new VideoTokenizer(TinyModels.Tokenizer);
        AssertResumes(
            () => new MaskedTransformer(TinyModels.Transformer() with { Classes = 2, Dropout = 0.1 }),
            (network, options, run, progress, token) =>
                new TransformerTrainer(tokenizer, network, options, TaskMix.All(options.Seed), run).Train(train, heldOut, progress, token));
    }

    private delegate IReadOnlyDictionary<string, double> Training<in TNetwork>(
        TNetwork network, TrainingOptions options, RunDirectory run, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken);

    private void AssertResumes<TNetwork>(Func<TNetwork> create, Training<TNetwork> train)
        where TNetwork : nn.Module
    {
        using var whole = New(create, seed: 1);
        var metrics = train(whole, Options, Run("whole"), null, CancellationToken.None);

        // Stopped after step 20, with a checkpoint of it.
        using var stop = new CancellationTokenSource();
        using (var interrupted = New(create, seed: 1))
        {
            Assert.Throws<OperationCanceledException>(() =>
                train(interrupted, Options with { CheckpointEvery = TimeSpan.Zero }, Run("resumed"), new StopAt(20, stop), stop.Token));
        }

        using var resumed = New(create, seed: 2); // its own weights must not matter
        var resumedMetrics = train(resumed, Options, Run("resumed"), null, CancellationToken.None);

        using var scope = NewDisposeScope();
        var expected = whole.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        using var untrained = New(create, seed: 1);
        Assert.Contains(untrained.named_parameters(), p => Difference(p.parameter, expected[p.name]) > 1e-3);
        Assert.All(resumed.named_parameters(), p => Assert.InRange(Difference(p.parameter, expected[p.name]), 0, Tolerance));
        Assert.Equal(metrics.Keys, resumedMetrics.Keys);
        Assert.All(metrics, m => Assert.Equal(m.Value, resumedMetrics[m.Key], 1e-4));
    }

    private static void AssertSameCheckpoints(RunDirectory whole, RunDirectory resumed)
    {
        using var scope = NewDisposeScope();
        var (expected, actual) = (whole.ReadCheckpoint()!, resumed.ReadCheckpoint()!);
        Assert.Contains("discriminator.logit.weight", expected.Tensors.Keys);
        Assert.Contains("lecam.means", expected.Tensors.Keys);
        Assert.Equal(expected.Tensors.Keys.Order(), actual.Tensors.Keys.Order());
        Assert.All(expected.Tensors, t => Assert.InRange(Difference(t.Value, actual.Tensors[t.Key]), 0, Tolerance));
    }

    private static double Difference(Tensor a, Tensor b) => (a.detach() - b.detach()).abs().max().ToDouble();

    private static TNetwork New<TNetwork>(Func<TNetwork> create, int seed)
    {
        manual_seed(seed);
        return create();
    }

    private RunDirectory Run(string name) => new(Path.Combine(_folder, name));

    private sealed class StopAt(int step, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step)
            {
                stop.Cancel();
            }
        }
    }
}
