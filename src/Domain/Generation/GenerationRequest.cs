using System.Text.Json;
using System.Text.Json.Serialization;
using Magvit.Domain.Json;

namespace Magvit.Domain.Generation;

/// <summary>What a user asks a model to make; the payload of a generation job.</summary>
public sealed record GenerationRequest
{
    /// <summary>What is to be filled in.</summary>
    public required GenerationTask Task { get; init; }

    /// <summary>The model's name, such as <c>demo-64</c>; <see langword="null"/> takes the first installed one that can do the task.</summary>
    public string? Model { get; init; }

    /// <summary>The clip to work on.</summary>
    public Guid? InputAssetId { get; init; }

    /// <summary>The first frame that is taken from the clip; default 0.</summary>
    public int InputStart { get; init; }

    /// <summary>How far apart the taken frames are; default 1, every frame.</summary>
    public int InputStride { get; init; } = 1;

    /// <summary>The mask: white is to be generated, black is kept.</summary>
    public Guid? MaskAssetId { get; init; }

    /// <summary>The class, one of the model's.</summary>
    public string? ClassName { get; init; }

    /// <summary>The seed, 0 to 2^53 - 1; <see langword="null"/> has one chosen at submission.</summary>
    public long? Seed { get; init; }

    /// <summary>The number of decoding steps, 1 to 64; default 12.</summary>
    public int Steps { get; init; } = 12;

    /// <summary>The choice temperature, 0 to 1000; default 4.5.</summary>
    public double Temperature { get; init; } = 4.5;

    /// <summary>The mask schedule, one of <see cref="GenerationSchedules"/>; default cosine.</summary>
    public string Schedule { get; init; } = GenerationSchedules.Cosine;

    /// <summary>The weight of classifier-free guidance, 0 to 20, where 0 is none; <see langword="null"/>: as suits the model and the task.</summary>
    public double? Guidance { get; init; }

    /// <summary>The number of clips, 1 to 8; default 1. Clip i is made with seed + i.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Whether known pixels are pasted back over the result; <see langword="null"/>: as the task has it, decided at submission.</summary>
    public bool? KeepInput { get; init; }

    /// <summary>Whether known pixels are pasted back over the result.</summary>
    [JsonIgnore]
    public bool KeepsInput => KeepInput ?? GenerationTaskCatalog.Get(Task).KeepsInput;

    /// <summary>Only the k likeliest codes are drawn; <see langword="null"/> draws from all.</summary>
    public int? TopK { get; init; }

    /// <summary>Only the likeliest codes that together reach this probability are drawn; <see langword="null"/> draws from all.</summary>
    public double? TopP { get; init; }

    /// <summary>Frames given at the start, and for interpolation also at the end; <see langword="null"/> is 1.</summary>
    public int? GivenFrames { get; init; }

    /// <summary>Frames of the result; <see langword="null"/> takes the model's. More are made window by window.</summary>
    public int? Frames { get; init; }

    /// <summary>Frames that each window of a long result takes over from the one before; <see langword="null"/> takes one latent frame's worth.</summary>
    public int? Overlap { get; init; }

    /// <summary>The larger picture that the clip becomes a part of; <see langword="null"/> keeps the model's.</summary>
    public GenerationCanvas? Canvas { get; init; }

    /// <summary>The finished clip that this goes on from; set by <see cref="ReviseGeneration"/>. Default none.</summary>
    public GenerationParent? Parent { get; init; }

    /// <summary>Reads a request from a job's payload.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <returns>The request.</returns>
    /// <exception cref="JsonException">The text is not a request.</exception>
    public static GenerationRequest FromJson(string json)
        => JsonSerializer.Deserialize<GenerationRequest>(json, PlatformJson.Compact) ?? throw new JsonException("The payload is null.");

    /// <summary>The request as a job's payload.</summary>
    /// <returns>One line of JSON.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, PlatformJson.Compact);

    /// <summary>The request without what its task does not use, so that jobs and recipes name only what had an effect.</summary>
    /// <returns>The same request, or one with fewer values.</returns>
    public GenerationRequest WithoutUnused()
    {
        var task = GenerationTaskCatalog.Get(Task);
        return this with
        {
            InputAssetId = task.NeedsInput ? InputAssetId : null,
            InputStart = task.NeedsInput ? InputStart : 0,
            InputStride = task.NeedsInput ? InputStride : 1,
            MaskAssetId = task.NeedsMask ? MaskAssetId : null,
            ClassName = task.NeedsClass || task.NeedsMask ? ClassName : null,
            KeepInput = task.NeedsInput ? KeepsInput : null,
            GivenFrames = GenerationSize.TakesGivenFrames(Task) ? GivenFrames : null,
            Frames = GenerationSize.MayBeLong(this) ? Frames : null,
            Overlap = GenerationSize.MayBeLong(this) && Frames is not null ? Overlap : null,
            Canvas = GenerationSize.TakesCanvas(Task) ? Canvas : null,
        };
    }

    /// <summary>The seed of one of the clips; wraps around at <see cref="GenerationLimits.MaxSeed"/>.</summary>
    /// <param name="sample">The clip, 0 to <see cref="Samples"/> - 1.</param>
    /// <returns>The seed.</returns>
    /// <exception cref="InvalidOperationException">No seed was chosen yet.</exception>
    public long SeedOf(int sample)
    {
        var first = Seed ?? throw new InvalidOperationException("The request has no seed yet.");
        return (first + sample) & GenerationLimits.MaxSeed;
    }
}
