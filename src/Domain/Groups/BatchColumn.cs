using System.Globalization;
using Magvit.Domain.Generation;

namespace Magvit.Domain.Groups;

/// <summary>A column that a batch's table may have.</summary>
/// <param name="Name">Its name in the first row.</param>
/// <param name="Help">What it holds, in one sentence.</param>
/// <param name="Example">A value.</param>
/// <param name="Apply">The request with a value; <see langword="null"/> when the value is none. Values are checked further with the request.</param>
public sealed record BatchColumn(string Name, string Help, string Example, Func<GenerationRequest, string, GenerationRequest?> Apply)
{
    /// <summary>The columns that name assets; they are looked up in the workspace.</summary>
    public const string Input = "input", Mask = "mask";

    /// <summary>All columns, in the order of the example.</summary>
    public static IReadOnlyList<BatchColumn> All { get; } =
    [
        new("task", "What is to be filled in; the only column that every table needs.", "frame-prediction",
            (request, value) => GenerationTaskCatalog.TryParse(value, out var info) ? request with { Task = info.Task } : null),
        new(Input, "The clip: its name in the workspace, or its id.", "walk.mp4",
            (request, value) => Guid.TryParse(value, out var id) ? request with { InputAssetId = id } : null),
        new("start", "The first frame that is taken from the clip; 0 if left out.", "0",
            (request, value) => Integer(value) is { } number ? request with { InputStart = number } : null),
        new("stride", "Every how many frames one is taken; 1 if left out.", "1",
            (request, value) => Integer(value) is { } number ? request with { InputStride = number } : null),
        new(Mask, "The mask of custom-mask: its name in the workspace, or its id.", "",
            (request, value) => Guid.TryParse(value, out var id) ? request with { MaskAssetId = id } : null),
        new("class", "The class, where the task needs one.", "", (request, value) => request with { ClassName = value }),
        new("model", "The model; the first that can do the task if left out.", "demo-64", (request, value) => request with { Model = value }),
        new("seed", "The seed; a new one if left out.", "7",
            (request, value) => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? request with { Seed = seed } : null),
        new("samples", "How many variants; 1 if left out.", "1", (request, value) => Integer(value) is { } number ? request with { Samples = number } : null),
        new("steps", "In how many rounds the tokens are filled; 12 if left out.", "12",
            (request, value) => Integer(value) is { } number ? request with { Steps = number } : null),
        new("temperature", "How freely the order of filling is chosen; 4.5 if left out.", "4.5",
            (request, value) => Number(value) is { } number ? request with { Temperature = number } : null),
        new("schedule", "The mask schedule: cosine, uniform or exp; cosine if left out.", "cosine", (request, value) => request with { Schedule = value }),
        new("guidance", "How strongly the class is followed, 0 for not at all; what suits model and task if left out.", "4",
            (request, value) => Number(value) is { } number ? request with { Guidance = number } : null),
        new("keep", "Whether known pixels are pasted back: yes or no; if left out, yes for in- and outpainting and drawn masks.", "yes", (request, value) => value.ToLowerInvariant() switch
        {
            "yes" or "true" or "1" => request with { KeepInput = true },
            "no" or "false" or "0" => request with { KeepInput = false },
            _ => null,
        }),
    ];

    /// <summary>A table to begin with, one row for each kind of task.</summary>
    public static string ExampleTable { get; } = CsvTable.Write(
    [
        ["task", "input", "class", "seed", "steps", "temperature", "samples"],
        ["frame-prediction", "walk.mp4", "", "7", "12", "4.5", "1"],
        ["inpaint-central", "walk.mp4", "", "8", "12", "2", "2"],
        ["class-conditional", "", "run", "", "8", "", ""],
    ]);

    private static int? Integer(string value)
        => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static double? Number(string value)
        => double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
