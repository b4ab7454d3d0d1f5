using Magvit.Model.Losses;
using Magvit.Model.Masking;
using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>Stage 2: trains the masked transformer on all tasks by COMMIT over a frozen tokenizer (spec §6.4, §7).</summary>
public sealed class TransformerTrainer
{
    private const double WeightDecay = 0.045;

    private readonly VideoTokenizer _tokenizer;
    private readonly MaskedTransformer _transformer;
    private readonly TrainingOptions _options;
    private readonly RunDirectory _run;
    private readonly TaskMix _tasks;

    /// <summary>A trainer that changes the given transformer.</summary>
    /// <exception cref="ArgumentException">The transformer does not speak the tokenizer's tokens.</exception>
    public TransformerTrainer(VideoTokenizer tokenizer, MaskedTransformer transformer, TrainingOptions options, TaskMix tasks, RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(options);
        (_tokenizer, _transformer, _options, _tasks, _run) = (tokenizer, transformer, options, tasks, run);
        CheckFit(tokenizer.Config, transformer.Config);
        _tokenizer.eval();
        _tokenizer.Precision = _transformer.Precision = options.BFloat16 ? bfloat16 : float32;
    }

    /// <summary>How tokens are masked and weighted.</summary>
    public CommitOptions Commit { get; init; } = new();

    /// <summary>Tokens of the clips to train on; null encodes them anew at every step.</summary>
    public TokenCache? Cache { get; init; }

    private TransformerBatches Batches => new(_tokenizer, _transformer.Config, _options, Commit, _tasks);

    /// <summary>Trains from the run's checkpoint, if any, to the last step and leaves the averaged weights in the transformer.</summary>
    /// <returns>Metrics on the held-out clips.</returns>
    /// <exception cref="NonFiniteLossException">The loss became NaN or infinite; the last checkpoint stands.</exception>
    public IReadOnlyDictionary<string, double> Train(
        ClipDataset train, ClipDataset heldOut, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(heldOut);
        CheckCache(train);
        using var optimizer = Optimizer();
        using var generator = new Generator();
        return new TrainingLoop(_transformer, optimizer, _options, _run)
            .Run(step => Step(train, step, generator), () => Evaluate(heldOut), progress, cancellationToken);
    }

    /// <summary>The loss on held-out clips, every clip under one task, with masks that are the same at every call.</summary>
    public IReadOnlyDictionary<string, double> Evaluate(ClipDataset clips)
    {
        ArgumentNullException.ThrowIfNull(clips);
        _transformer.eval();
        using var generator = new Generator(12345);
        using var _ = no_grad();
        var batches = Math.Max(1, clips.Count / _options.MicroBatchSize);
        double loss = 0;
        for (var i = 0; i < batches; i++)
        {
            using var scope = NewDisposeScope();
            loss += Loss(Batches.Build(clips, null, i, isTraining: false, generator)).ToDouble() / batches;
        }

        _transformer.train();
        return new Dictionary<string, double> { ["heldOutLoss"] = loss };
    }

    // Masks and dropout depend on seed and step alone.
    private TrainingStep Step(ClipDataset train, int step, Generator generator)
    {
        generator.manual_seed(_options.Seed * 1_000_003L + step);
        manual_seed(_options.Seed * 1_000_003L + step);
        return new TrainingStep(Loss(Batches.Build(train, Cache, step, isTraining: true, generator)), new Dictionary<string, double>());
    }

    private Tensor Loss(TransformerBatch batch) =>
        MaskedTokenLoss.Compute(_transformer.forward(batch.Input), batch.Targets, batch.Weights, Commit.LabelSmoothing);

    private static void CheckFit(TokenizerConfig tokenizer, TransformerConfig transformer)
    {
        var grid = tokenizer.Geometry;
        if (tokenizer.Codes != transformer.Codes || grid.LatentFrames != transformer.LatentFrames
            || grid.LatentHeight != transformer.LatentHeight || grid.LatentWidth != transformer.LatentWidth)
        {
            throw new ArgumentException(
                $"transformer: expected {tokenizer.Codes} codes on a grid of {grid.LatentFrames}x{grid.LatentHeight}x{grid.LatentWidth}, as the tokenizer has, "
                + $"got {transformer.Codes} on {transformer.LatentFrames}x{transformer.LatentHeight}x{transformer.LatentWidth}", nameof(transformer));
        }
    }

    private void CheckCache(ClipDataset train)
    {
        if (Cache is null)
        {
            return;
        }

        if (Cache.GivenFrames != Commit.GivenFrames)
        {
            throw new ArgumentException($"token cache: made for {Cache.GivenFrames} given frames, training asks for {Commit.GivenFrames}; tokenize again");
        }

        if (!Cache.Covers(train.Sampling))
        {
            throw new ArgumentException("token cache: has no mirrored windows, which training asks for; tokenize again with them");
        }

        if (_tasks.Tasks.Where(t => t != GenerationTask.CustomMask && !Cache.Covers(t)).ToList() is [_, ..] missing)
        {
            throw new ArgumentException($"token cache: has no condition tokens for {string.Join(", ", missing.Select(t => t.Name()))}; tokenize again with these tasks");
        }
    }

    // Decay on matrices alone: not on biases, norms and embeddings (spec §6.4).
    private AdamW Optimizer()
    {
        var groups = _transformer.named_parameters().ToLookup(p => p.name.EndsWith(".weight", StringComparison.Ordinal) && p.parameter.ndim == 2);
        return optim.AdamW(
        [
            new AdamW.ParamGroup(groups[true].Select(p => p.parameter), new AdamW.Options { weight_decay = WeightDecay }),
            new AdamW.ParamGroup(groups[false].Select(p => p.parameter), new AdamW.Options { weight_decay = 0 }),
        ], lr: _options.PeakLearningRate, beta1: 0.9, beta2: 0.96);
    }
}
