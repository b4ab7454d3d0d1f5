using Magvit.Model.Masking;

namespace Magvit.Model.Transformer;

/// <summary>The ids of the one embedding table: codes, classes, "no class", and special tokens from the end (spec §6.1).</summary>
/// <param name="Codes">K, visual codes, ids 0 to K-1.</param>
/// <param name="Classes">C, classes, ids K to K+C-1.</param>
/// <param name="SpecialSlots">Rows kept at the end.</param>
public sealed record Vocabulary(int Codes, int Classes, int SpecialSlots)
{
    /// <summary>V, rows of the table.</summary>
    public int Size => Codes + Classes + 1 + SpecialSlots;

    /// <summary>Stands where a token is to be generated and nothing is known.</summary>
    public long MaskToken => Size - 1;

    /// <summary>Stands in the class place of tasks that are told no class.</summary>
    public long NoClassToken => Codes + Classes;

    /// <summary>The token of a class by its place in the list of names.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public long ClassToken(int label)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, Classes);
        return Codes + label;
    }

    /// <summary>The token of a task. Each task has its own, where the official code lets in- and outpainting share one (spec §6.1, §14).</summary>
    public long TaskToken(GenerationTask task) => Size - 3 - (int)task;

    /// <summary>The task and class tokens that start a sequence.</summary>
    public long[] Prefix(GenerationTask task, int? label) => [TaskToken(task), label is { } known ? ClassToken(known) : NoClassToken];
}
