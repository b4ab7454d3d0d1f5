using System.Text.Json;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;

namespace Magvit.Web.Api;

/// <summary>The body of <c>POST /api/v1/jobs</c>. Names are texts here, so that an unknown one is answered with the list of those that exist.</summary>
internal sealed record SubmitJobInput
{
    /// <summary>What kind of job; <c>generate</c> so far.</summary>
    public string? Kind { get; init; }

    public string? Task { get; init; }

    public Guid? Input { get; init; }

    public int? InputStart { get; init; }

    public int? InputStride { get; init; }

    public Guid? Mask { get; init; }

    public string? ClassName { get; init; }

    public string? Model { get; init; }

    /// <summary>0 to 2^53-1; left out, the server chooses one.</summary>
    public long? Seed { get; init; }

    public int? Steps { get; init; }

    public double? Temperature { get; init; }

    public string? Schedule { get; init; }

    public double? Guidance { get; init; }

    public int? Samples { get; init; }

    /// <summary>Whether known pixels are pasted back; left out, they are for in- and outpainting and drawn masks.</summary>
    public bool? KeepInput { get; init; }

    /// <summary>Only the k likeliest codes are drawn; left out, all are.</summary>
    public int? TopK { get; init; }

    /// <summary>Only the likeliest codes that together reach this probability are drawn; left out, all are.</summary>
    public double? TopP { get; init; }

    /// <summary>Frames given at the start, and for interpolation also at the end; left out, 1.</summary>
    public int? GivenFrames { get; init; }

    /// <summary>Frames of the result; left out, the model's. More are made window by window.</summary>
    public int? Frames { get; init; }

    /// <summary>Frames that each window takes over from the one before.</summary>
    public int? Overlap { get; init; }

    /// <summary>A larger picture, and where the clip lies in it.</summary>
    public GenerationCanvas? Canvas { get; init; }

    /// <summary>The request, and what is wrong with its names; while something is, its task may be another one.</summary>
    public (GenerationRequest Request, IReadOnlyList<GenerationProblem> Problems) Read()
    {
        var problems = new List<GenerationProblem>();
        var generate = JsonNamingPolicy.KebabCaseLower.ConvertName(nameof(JobKind.Generate));
        if (Kind is not null && Kind != generate)
        {
            problems.Add(new GenerationProblem("kind", $"There is no job kind '{Kind}' to submit here. Choose one of: {generate}.", [generate]));
        }

        if (!GenerationTaskCatalog.TryParse(Task, out var info))
        {
            problems.Add(GenerationTaskCatalog.UnknownTask(Task));
        }

        var defaults = new GenerationRequest { Task = info?.Task ?? default };
        var request = defaults with
        {
            Model = Model,
            InputAssetId = Input,
            InputStart = InputStart ?? defaults.InputStart,
            InputStride = InputStride ?? defaults.InputStride,
            MaskAssetId = Mask,
            ClassName = ClassName,
            Seed = Seed,
            Steps = Steps ?? defaults.Steps,
            Temperature = Temperature ?? defaults.Temperature,
            Schedule = Schedule ?? defaults.Schedule,
            Guidance = Guidance,
            Samples = Samples ?? defaults.Samples,
            KeepInput = KeepInput,
            TopK = TopK,
            TopP = TopP,
            GivenFrames = GivenFrames,
            Frames = Frames,
            Overlap = Overlap,
            Canvas = Canvas,
        };
        return (request, problems);
    }
}
