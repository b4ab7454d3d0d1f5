using Magvit.Model.Masking;
using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;
using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>Makes a transformer's batches: tokens of clips and condition clips, then masking (spec §7). A batch is a function of options, data and step alone.</summary>
internal sealed class TransformerBatches
{
    private readonly VideoTokenizer _tokenizer;
    private readonly TransformerConfig _config;
    private readonly TrainingOptions _options;
    private readonly CommitOptions _commit;
    private readonly TaskMix _tasks;
    private readonly ConditionBuilder _conditions;

    public TransformerBatches(VideoTokenizer tokenizer, TransformerConfig config, TrainingOptions options, CommitOptions commit, TaskMix tasks)
    {
        (_tokenizer, _config, _options, _commit, _tasks) = (tokenizer, config, options, commit, tasks);
        _conditions = new ConditionBuilder(tokenizer.Config.Geometry);
    }

    /// <summary>The batch of a step, each sample with a task of its own.</summary>
    /// <param name="clips">The data.</param>
    /// <param name="cache">Tokens of the same data; null encodes every clip.</param>
    /// <param name="step">Which batch, from 0.</param>
    /// <param name="isTraining">Whether classes may be withheld.</param>
    /// <param name="generator">Source of the masks.</param>
    public TransformerBatch Build(ClipDataset clips, TokenCache? cache, int step, bool isTraining, Generator generator)
    {
        var windows = clips.Windows(step, _options.MicroBatchSize, _tokenizer.Config.Frames, _options.Seed);
        var samples = windows.Select((window, i) => Sample(clips, window, (long)step * _options.MicroBatchSize + i, isTraining)).ToList();
        var tokens = cache is null ? Encode(clips, step, samples) : Lookup(clips, cache, samples);
        var prefix = tensor([.. samples.SelectMany(s => s.Prefix)], [samples.Count, _config.Vocabulary.PrefixLength]);
        if (_config.IsCausal)
        {
            var shifted = cat([full([samples.Count, 1], tokens.MaskToken, int64), tokens.Tokens.narrow(1, 0, tokens.Tokens.size(1) - 1)], 1);
            var none = zeros(shifted.shape, ScalarType.Bool);
            return new TransformerBatch(new TransformerInput(prefix, shifted, none) { Condition = Condition(tokens) }, tokens.Tokens, null);
        }

        var masked = _commit.Block == TokenBlock.One
            ? CommitMasking.Apply(tokens, _config.Conditioning, _commit.Schedule, generator)
            : CommitMasking.ApplyBlocks(tokens, _config.Conditioning, _commit.Schedule, _commit.Block, _tokenizer.Config.Geometry, generator);
        var input = new TransformerInput(prefix, masked.Tokens, masked.IsCondition)
        {
            Condition = _config.Conditioning == ConditionMode.Prefix ? Condition(tokens) : null,
        };
        return new TransformerBatch(input, tokens.Tokens, masked.Weights(_commit.Weights));
    }

    private static ConditionPrefix Condition(CommitTokens tokens) => ConditionPrefix.Pack(tokens.ConditionTokens, tokens.TokenMask);

    private BatchSample Sample(ClipDataset clips, ClipWindow window, long position, bool isTraining)
    {
        var task = _tasks.At(position);
        var isToldClass = task.NeedsClass() && !(isTraining && DropsLabel(position));
        return new BatchSample(position, task, window, _config.Vocabulary.Prefix(task, isToldClass ? clips.Label(window.Clip) : null));
    }

    private bool DropsLabel(long position) => new Random(unchecked((int)(position * 37 + _options.Seed))).NextDouble() < _options.LabelDropout;

    private Condition ConditionOf(BatchSample sample, Tensor clip) => sample.Task == GenerationTask.CustomMask
        ? _conditions.BuildCustom(clip, RandomMasks.Draw(_tokenizer.Config.Geometry, new Random(unchecked((int)(sample.Position * 31 + _options.Seed)))))
        : _conditions.Build(sample.Task, clip, _commit.GivenFrames, _commit.GivenLatentFrames);

    private CommitTokens Encode(ClipDataset data, int step, List<BatchSample> samples)
    {
        var (clips, _) = data.Batch(step, _options.MicroBatchSize, _tokenizer.Config.Frames, _options.Seed);
        var conditions = samples.Select((sample, i) => ConditionOf(sample, clips.narrow(0, i, 1))).ToList();
        var both = _tokenizer.Encode(cat([clips, cat([.. conditions.Select(c => c.Clip)])])).view(2, samples.Count, -1);  // z and z~
        return new CommitTokens(both.select(0, 0), both.select(0, 1), stack(conditions.Select(c => c.TokenMask.view(-1))), _config.Vocabulary.MaskToken);
    }

    private CommitTokens Lookup(ClipDataset data, TokenCache cache, List<BatchSample> samples)
    {
        var rows = samples.ConvertAll(s => cache.Find(s.Window));
        var conditions = samples.Select((sample, i) =>
        {
            if (sample.Task == GenerationTask.CustomMask)
            {
                // Drawn anew every time: no cache can hold it.
                var drawn = ConditionOf(sample, data.Read([cache.Window(rows[i])], _tokenizer.Config.Frames));
                return (Tokens: _tokenizer.Encode(drawn.Clip).view(-1), TokenMask: drawn.TokenMask.view(-1));
            }

            return (Tokens: cache.ConditionTokens(rows[i], sample.Task),
                TokenMask: _conditions.TokenMask(sample.Task, _commit.GivenFrames, _commit.GivenLatentFrames).view(-1));
        }).ToList();
        return new CommitTokens(stack(rows.Select(cache.Tokens)), stack(conditions.Select(c => c.Tokens)), stack(conditions.Select(c => c.TokenMask)),
            _config.Vocabulary.MaskToken);
    }

    private sealed record BatchSample(long Position, GenerationTask Task, ClipWindow Window, long[] Prefix);
}
