using System.Diagnostics.CodeAnalysis;

namespace Magvit.Domain.Generation;

/// <summary>All tasks with their names and needs.</summary>
public static class GenerationTaskCatalog
{
    /// <summary>All tasks, in the order in which they are shown.</summary>
    public static IReadOnlyList<GenerationTaskInfo> All { get; } =
    [
        FromClip(GenerationTask.FramePrediction, "frame-prediction", "Frame prediction", "Continues the clip from its first frame."),
        FromClip(GenerationTask.FrameInterpolation, "frame-interpolation", "Frame interpolation", "Fills in what happens between the first and the last frame."),
        FromPartOfEachFrame(GenerationTask.OutpaintCentral, "outpaint-central", "Outpaint around the centre", "Keeps the central rectangle and invents everything around it."),
        FromPartOfEachFrame(GenerationTask.OutpaintVertical, "outpaint-vertical", "Outpaint beside a vertical strip", "Keeps a vertical strip and invents what lies left and right of it."),
        FromPartOfEachFrame(GenerationTask.OutpaintHorizontal, "outpaint-horizontal", "Outpaint around a horizontal strip", "Keeps a horizontal strip and invents what lies above and below it."),
        FromPartOfEachFrame(GenerationTask.OutpaintDynamic, "outpaint-dynamic", "Outpaint around a moving strip", "Keeps a strip that moves from left to right and invents the rest."),
        FromPartOfEachFrame(GenerationTask.InpaintCentral, "inpaint-central", "Inpaint the centre", "Replaces the central rectangle by something that fits the rest."),
        FromPartOfEachFrame(GenerationTask.InpaintDynamic, "inpaint-dynamic", "Inpaint a moving rectangle", "Replaces a rectangle that moves from left to right by something that fits the rest."),
        new(GenerationTask.ClassConditional, "class-conditional", "Generate a class", "Invents a whole clip of the chosen class.", NeedsInput: false, NeedsClass: true, NeedsMask: false),
        new(GenerationTask.ClassFramePrediction, "class-frame-prediction", "Frame prediction of a class", "Continues from the first frame towards the chosen class.", NeedsInput: true, NeedsClass: true, NeedsMask: false),
        new(GenerationTask.CustomMask, "custom-mask", "Your own mask", "Replaces what you paint, in the frames you choose.", NeedsInput: true, NeedsClass: false, NeedsMask: true) { KeepsInput = true },
    ];

    /// <summary>The names of all tasks, in the order of <see cref="All"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(info => info.Name)];

    /// <summary>What is known about a task.</summary>
    /// <param name="task">The task.</param>
    /// <returns>Names and needs.</returns>
    public static GenerationTaskInfo Get(GenerationTask task)
        => All.FirstOrDefault(info => info.Task == task)
            ?? throw new ArgumentOutOfRangeException(nameof(task), task, "There is no such task.");

    /// <summary>Reads the name of a task.</summary>
    /// <param name="name">A name such as <c>frame-prediction</c>.</param>
    /// <returns>What is known about the task.</returns>
    /// <exception cref="FormatException">There is no such task; the message lists all.</exception>
    public static GenerationTaskInfo Parse(string name)
        => TryParse(name, out var info) ? info : throw new FormatException(UnknownTask(name).Message);

    /// <summary>Reads the name of a task, if it is one.</summary>
    /// <param name="name">Any text.</param>
    /// <param name="info">What is known about the task, when the answer is <see langword="true"/>.</param>
    /// <returns>Whether there is such a task.</returns>
    public static bool TryParse([NotNullWhen(true)] string? name, [NotNullWhen(true)] out GenerationTaskInfo? info)
    {
        info = All.FirstOrDefault(candidate => string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase));
        return info is not null;
    }

    /// <summary>The problem to report when a caller names a task that does not exist.</summary>
    /// <param name="name">What the caller wrote.</param>
    /// <returns>The problem, with all names as allowed values.</returns>
    public static GenerationProblem UnknownTask(string? name)
        => new("task", $"There is no task '{name}'. Choose one of: {string.Join(", ", Names)}.", Names);

    private static GenerationTaskInfo FromClip(GenerationTask task, string name, string title, string description)
        => new(task, name, title, description, NeedsInput: true, NeedsClass: false, NeedsMask: false);

    private static GenerationTaskInfo FromPartOfEachFrame(GenerationTask task, string name, string title, string description)
        => FromClip(task, name, title, description) with { KeepsInput = true };
}
