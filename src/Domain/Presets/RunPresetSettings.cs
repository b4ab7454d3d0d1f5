using System.Text.Json;
using Magvit.Domain.Generation;
using Magvit.Domain.Json;

namespace Magvit.Domain.Presets;

/// <summary>What a preset sets. What is left out stays as it is.</summary>
public sealed record RunPresetSettings
{
    /// <summary>The number of decoding steps.</summary>
    public int Steps { get; init; } = 12;

    /// <summary>The number of clips.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>The choice temperature.</summary>
    public double Temperature { get; init; } = 4.5;

    /// <summary>The mask schedule.</summary>
    public string Schedule { get; init; } = GenerationSchedules.Cosine;

    /// <summary>The weight of guidance; <see langword="null"/> leaves it open.</summary>
    public double? Guidance { get; init; }

    /// <summary>Whether known pixels are pasted back; <see langword="null"/> leaves it open.</summary>
    public bool? KeepInput { get; init; }

    /// <summary>The seed, where the preset shall keep one.</summary>
    public long? Seed { get; init; }

    /// <summary>The model, where the preset shall choose one.</summary>
    public string? Model { get; init; }

    /// <summary>The class, where the preset shall choose one.</summary>
    public string? ClassName { get; init; }

    /// <summary>The task, where the preset shall choose one.</summary>
    public GenerationTask? Task { get; init; }

    /// <summary>The mask of <see cref="GenerationTask.CustomMask"/>: an asset of the workspace.</summary>
    public Guid? Mask { get; init; }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The JSON.</param>
    /// <returns>The settings.</returns>
    public static RunPresetSettings FromJson(string json)
        => JsonSerializer.Deserialize<RunPresetSettings>(json, PlatformJson.Compact) ?? throw new JsonException("The settings are null.");

    /// <summary>The settings as JSON.</summary>
    /// <returns>One line of JSON.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, PlatformJson.Compact);

    /// <summary>Finds what is out of range, with the rules of a request; whether models, classes and masks exist is seen when it is used.</summary>
    /// <returns>All problems; none when the preset can be stored.</returns>
    public IReadOnlyList<GenerationProblem> Validate()
    {
        var request = new GenerationRequest
        {
            Task = GenerationTask.ClassConditional,
            Steps = Steps,
            Samples = Samples,
            Temperature = Temperature,
            Schedule = Schedule,
            Guidance = Guidance,
            Seed = Seed,
        };
        return
        [
            .. GenerationRequestValidator.Validate(request, new GenerationContext([]))
                .Where(problem => problem.Field is "steps" or "samples" or "temperature" or "schedule" or "guidance" or "seed"),
            .. Model?.Length > 100 || ClassName?.Length > 200 ? [new GenerationProblem("model", "Names of models and classes are shorter than that.", [])] : Array.Empty<GenerationProblem>(),
        ];
    }
}
