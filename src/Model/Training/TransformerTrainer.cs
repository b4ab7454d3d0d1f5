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
    private readonly ConditionBuilder _conditions;

    /// <summary>A trainer that changes the given transformer.</summary>
    public TransformerTrainer(VideoTokenizer tokenizer, MaskedTransformer transformer, TrainingOptions options, TaskMix tasks, RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(options);
        (_tokenizer, _transformer, _options, _tasks, _run) = (tokenizer, transformer, options, tasks, run);
        _conditions = new ConditionBuilder(tokenizer.Config.Geometry);
        _tokenizer.eval();
        _tokenizer.Precision = _transformer.Precision = options.BFloat16 ? bfloat16 : float32;
    }

    /// <summary>Trains from the run's checkpoint, if any, to the last step and leaves the averaged weights in the transformer.</summary>
    /// <returns>Metrics on the held-out clips.</returns>
    /// <exception cref="NonFiniteLossException">The loss became NaN or infinite; the last checkpoint stands.</exception>
    public IReadOnlyDictionary<string, double> Train(
        ClipDataset train, ClipDataset heldOut, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(heldOut);
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
        var batches = Math.Max(1, clips.Count / _options.BatchSize);
        double loss = 0;
        for (var i = 0; i < batches; i++)
        {
            using var scope = NewDisposeScope();
            var batch = Prepare(clips, i, generator);
            loss += MaskedTokenLoss.Compute(_transformer.forward(batch.Input), batch.Targets).ToDouble() / batches;
        }

        _transformer.train();
        return new Dictionary<string, double> { ["heldOutLoss"] = loss };
    }

    // Masks and dropout depend on seed and step alone.
    private TrainingStep Step(ClipDataset train, int step, Generator generator)
    {
        generator.manual_seed(_options.Seed * 1_000_003L + step);
        manual_seed(_options.Seed * 1_000_003L + step);
        var batch = Prepare(train, step, generator);
        return new TrainingStep(MaskedTokenLoss.Compute(_transformer.forward(batch.Input), batch.Targets), new Dictionary<string, double>());
    }

    // One step's samples, each with a task of its own: tokens of clips and condition clips, then COMMIT masking.
    private (TransformerInput Input, Tensor Targets) Prepare(ClipDataset data, int step, Generator generator)
    {
        var (clips, labels) = data.Batch(step, _options.BatchSize, _tokenizer.Config.Frames, _options.Seed);
        var conditionClips = new List<Tensor>();
        var tokenMasks = new List<Tensor>();
        var prefixes = new List<long>();
        for (var i = 0; i < labels.Length; i++)
        {
            var position = (long)step * _options.BatchSize + i;
            var task = _tasks.At(position);
            var clip = clips.narrow(0, i, 1);
            var condition = task == GenerationTask.CustomMask
                ? _conditions.BuildCustom(clip, RandomMasks.Draw(_tokenizer.Config.Geometry, new Random(unchecked((int)(position * 31 + _options.Seed)))))
                : _conditions.Build(task, clip);
            conditionClips.Add(condition.Clip);
            tokenMasks.Add(condition.TokenMask.view(-1));
            prefixes.AddRange(_transformer.Config.Vocabulary.Prefix(task, task.NeedsClass() && !DropsLabel(position) ? labels[i] : null));
        }

        var both = _tokenizer.Encode(cat([clips, cat(conditionClips)])).view(2, labels.Length, -1);         // z and z~
        var (z, zCondition) = (both.select(0, 0), both.select(0, 1));
        var input = CommitMasking.Apply(
            z, zCondition, stack(tokenMasks), _transformer.Config.Vocabulary.MaskToken, MaskSchedule.Cosine, generator);
        return (new TransformerInput(tensor([.. prefixes], [labels.Length, 2]), input.Tokens, input.IsCondition), z);
    }

    private bool DropsLabel(long position) =>
        _transformer.training && new Random(unchecked((int)(position * 37 + _options.Seed))).NextDouble() < _options.LabelDropout;

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
