using System.Globalization;
using Magvit.Model.Masking;

namespace Magvit.Model.Training;

/// <summary>Which tasks a run trains, and how often each (spec §7: weights become copies in a shuffled cycle).</summary>
public sealed class TaskMix
{
    private readonly GenerationTask[] _cycle;

    /// <summary>A mix with whole-number weights: a weight of 1 is 100 places of the cycle.</summary>
    /// <exception cref="ArgumentException">No task has a weight above 0, or one is negative.</exception>
    public TaskMix(IReadOnlyDictionary<GenerationTask, int> weights, int seed)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Values.Any(w => w < 0) || weights.Values.All(w => w == 0))
        {
            throw new ArgumentException("task weights: expected whole numbers of 0 or more, at least one above 0", nameof(weights));
        }

        _cycle = [.. weights.OrderBy(w => w.Key).SelectMany(w => Enumerable.Repeat(w.Key, 100 * w.Value))];
        new Random(seed).Shuffle(_cycle);
    }

    /// <summary>The tasks in the mix.</summary>
    public IReadOnlyList<GenerationTask> Tasks => [.. _cycle.Distinct().Order()];

    /// <summary>One task alone.</summary>
    public static TaskMix Only(GenerationTask task) => new(new Dictionary<GenerationTask, int> { [task] = 1 }, 0);

    /// <summary>The paper's multi-task mixes, all tasks alike: MT8 (the eight without a class) or MT10 (spec §9).</summary>
    public static TaskMix Paper(bool hasClasses, int seed) => new(
        GenerationTasks.All.Where(t => t != GenerationTask.CustomMask && (hasClasses || !t.NeedsClass())).ToDictionary(t => t, _ => 1), seed);

    /// <summary>A mix of names, each with an optional weight: frame-prediction=3,inpaint-central.</summary>
    /// <exception cref="ArgumentException">A name or weight cannot be read; the message lists all tasks.</exception>
    public static TaskMix Parse(string text, int seed)
    {
        ArgumentNullException.ThrowIfNull(text);
        var weights = new Dictionary<GenerationTask, int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, weight) = part.Split('=') switch
            {
                [var only] => (only, 1),
                [var named, var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) => (named, n),
                _ => throw new ArgumentException($"task weight: expected task or task=number, got {part}", nameof(text)),
            };
            weights[GenerationTasks.Parse(name)] = weight;
        }

        return new TaskMix(weights, seed);
    }

    /// <summary>The ten tasks and drawn masks, class-conditional generation three times as often because it starts from nothing.</summary>
    public static TaskMix All(int seed) => new(
        GenerationTasks.All.ToDictionary(t => t, t => t == GenerationTask.ClassConditional ? 3 : 1), seed);

    /// <summary>The task of the sample at a position of the run.</summary>
    public GenerationTask At(long position) => _cycle[(int)(position % _cycle.Length)];
}
