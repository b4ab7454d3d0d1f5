namespace Magvit.Model.Masking;

/// <summary>Names and needs of the tasks.</summary>
public static class GenerationTasks
{
    private static readonly (GenerationTask Task, string Name)[] Names =
    [
        (GenerationTask.FramePrediction, "frame-prediction"),
        (GenerationTask.FrameInterpolation, "frame-interpolation"),
        (GenerationTask.OutpaintCentral, "outpaint-central"),
        (GenerationTask.OutpaintVertical, "outpaint-vertical"),
        (GenerationTask.OutpaintHorizontal, "outpaint-horizontal"),
        (GenerationTask.OutpaintDynamic, "outpaint-dynamic"),
        (GenerationTask.InpaintCentral, "inpaint-central"),
        (GenerationTask.InpaintDynamic, "inpaint-dynamic"),
        (GenerationTask.ClassConditional, "class-conditional"),
        (GenerationTask.ClassFramePrediction, "class-frame-prediction"),
        (GenerationTask.CustomMask, "custom-mask"),
    ];

    /// <summary>All tasks in the order of their tokens.</summary>
    public static IReadOnlyList<GenerationTask> All { get; } = [.. Names.Select(n => n.Task)];

    /// <summary>The name used in files, on the command line and in the API, such as frame-prediction.</summary>
    public static string Name(this GenerationTask task) => Names.First(n => n.Task == task).Name;

    /// <summary>The task of a name.</summary>
    /// <exception cref="ArgumentException">There is no such task; the message lists all.</exception>
    public static GenerationTask Parse(string name) => Names.FirstOrDefault(n => n.Name == name) is { Name: not null } known
        ? known.Task
        : throw new ArgumentException($"no task {name}; there are {string.Join(", ", Names.Select(n => n.Name))}", nameof(name));

    /// <summary>Whether the task is told a class.</summary>
    public static bool NeedsClass(this GenerationTask task) => task is GenerationTask.ClassConditional or GenerationTask.ClassFramePrediction;

    /// <summary>Whether the task is given footage.</summary>
    public static bool NeedsInput(this GenerationTask task) => task != GenerationTask.ClassConditional;
}
