using Magvit.Model.Masking;

namespace Magvit.Model.Training;

/// <summary>Which tasks a run trains, and how often each (spec §7: weights become copies in a shuffled cycle).</summary>
public sealed class TaskMix
{
    private readonly GenerationTask[] _cycle;

    /// <summary>A mix with whole-number weights.</summary>
    public TaskMix(IReadOnlyDictionary<GenerationTask, int> weights, int seed)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _cycle = [.. weights.OrderBy(w => w.Key).SelectMany(w => Enumerable.Repeat(w.Key, 100 * w.Value))];
        new Random(seed).Shuffle(_cycle);
    }

    /// <summary>The ten tasks and drawn masks, class-conditional generation three times as often because it starts from nothing.</summary>
    public static TaskMix All(int seed) => new(
        GenerationTasks.All.ToDictionary(t => t, t => t == GenerationTask.ClassConditional ? 3 : 1), seed);

    /// <summary>The task of the sample at a position of the run.</summary>
    public GenerationTask At(long position) => _cycle[(int)(position % _cycle.Length)];
}
