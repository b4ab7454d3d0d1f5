using Magvit.Model.Masking;

namespace Magvit.Model.Transformer;

/// <summary>The ids of the one embedding table: codes, classes, "no class", and special tokens from the end (spec §6.1).</summary>
/// <param name="Codes">K, visual codes, ids 0 to K-1.</param>
/// <param name="Classes">C, classes, ids K to K+C-1.</param>
/// <param name="SpecialSlots">Rows kept at the end: 16 in multi-task models, 1 (MASK) or 2 (MASK, SEP) in single-task ones.</param>
public sealed record Vocabulary(int Codes, int Classes, int SpecialSlots)
{
    // MASK and SEP come before the tasks, counted from the end.
    private const int SlotsBeforeTasks = 2;

    /// <summary>Slots that multi-task models need: MASK, SEP and one for each task.</summary>
    public static int MultiTaskSlots { get; } = SlotsBeforeTasks + GenerationTasks.All.Count;

    /// <summary>V, rows of the table.</summary>
    public int Size => Codes + Classes + 1 + SpecialSlots;

    /// <summary>Whether the tasks have tokens; without, a model knows one task and its sequences start with the class token.</summary>
    public bool HasTaskTokens => SpecialSlots >= MultiTaskSlots;

    /// <summary>P, tokens before the visual ones: task and class, or class alone.</summary>
    public int PrefixLength => HasTaskTokens ? 2 : 1;

    /// <summary>Stands where a token is to be generated and nothing is known; begins the sequence of an autoregressive model.</summary>
    public long MaskToken => Size - 1;

    /// <summary>SEP, between condition tokens and visual tokens of <see cref="ConditionMode.Prefix"/>.</summary>
    /// <exception cref="InvalidOperationException">The table has no row for it.</exception>
    public long SeparatorToken => SpecialSlots >= SlotsBeforeTasks
        ? Size - SlotsBeforeTasks
        : throw new InvalidOperationException($"a table with {SpecialSlots} special token has no SEP; condition prefixes need two or more");

    /// <summary>Stands in the class place of tasks that are told no class.</summary>
    public long NoClassToken => Codes + Classes;

    /// <summary>The token of a class by its place in the list of names.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public long ClassToken(int label)
    {
        if (label < 0 || label >= Classes)
        {
            throw new ArgumentOutOfRangeException(
                nameof(label), label, Classes == 0 ? "the model has no classes" : $"class: expected 0 to {Classes - 1}");
        }

        return Codes + label;
    }

    /// <summary>The token of a task. Each task has its own, where the official code lets in- and outpainting share one (spec §6.1, §14).</summary>
    /// <exception cref="InvalidOperationException">A single-task model has none.</exception>
    public long TaskToken(GenerationTask task) => HasTaskTokens
        ? Size - SlotsBeforeTasks - 1 - (int)task
        : throw new InvalidOperationException($"a single-task model has no token for {task.Name()}");

    /// <summary>The tokens that start a sequence: task and class, or in single-task models the class alone.</summary>
    public long[] Prefix(GenerationTask task, int? label)
    {
        var classToken = label is { } known ? ClassToken(known) : NoClassToken;
        return HasTaskTokens ? [TaskToken(task), classToken] : [classToken];
    }
}
