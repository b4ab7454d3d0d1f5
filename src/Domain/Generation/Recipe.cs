using System.Text.Json;
using System.Text.Json.Serialization;
using Magvit.Domain.Assets;
using Magvit.Domain.Json;

namespace Magvit.Domain.Generation;

/// <summary>Everything that made a clip. The same recipe on the same weights and kind of device makes the same tokens.</summary>
/// <remarks>It is kept on the gallery item and inside every output file.</remarks>
public sealed record Recipe
{
    /// <summary>The version that this code writes.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>The version of this format.</summary>
    [JsonPropertyOrder(-1)]
    public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    /// <summary>What was filled in.</summary>
    public required GenerationTask Task { get; init; }

    /// <summary>The clip that was worked on; <see langword="null"/> when the task needs none.</summary>
    public RecipeInput? Input { get; init; }

    /// <summary>The mask; <see langword="null"/> when the task brings its own.</summary>
    public ContentHash? Mask { get; init; }

    /// <summary>The class; <see langword="null"/> when none was asked for.</summary>
    public string? ClassName { get; init; }

    /// <summary>The model.</summary>
    public required RecipeModel Model { get; init; }

    /// <summary>The seed of this clip, not of the request.</summary>
    public required long Seed { get; init; }

    /// <summary>The number of decoding steps.</summary>
    public required int Steps { get; init; }

    /// <summary>The mask schedule, one of <see cref="GenerationSchedules"/>.</summary>
    public required string Schedule { get; init; }

    /// <summary>The choice temperature.</summary>
    public required double Temperature { get; init; }

    /// <summary>The weight of classifier-free guidance.</summary>
    public required double Guidance { get; init; }

    /// <summary>How many of the likeliest codes were drawn from; <see langword="null"/> for all.</summary>
    public int? TopK { get; init; }

    /// <summary>The probability of the likeliest codes that were drawn from; <see langword="null"/> for all.</summary>
    public double? TopP { get; init; }

    /// <summary>Frames given at the start, and for interpolation also at the end; <see langword="null"/> is 1.</summary>
    public int? GivenFrames { get; init; }

    /// <summary>Frames of the result, when it is longer than the model's clips.</summary>
    public int? Frames { get; init; }

    /// <summary>Frames that each window took over from the one before; <see langword="null"/> for one latent frame's worth.</summary>
    public int? Overlap { get; init; }

    /// <summary>The larger picture that the clip became a part of.</summary>
    public GenerationCanvas? Canvas { get; init; }

    /// <summary>Whether known pixels were pasted back over the result.</summary>
    public required bool KeepInput { get; init; }

    /// <summary>The version of the platform.</summary>
    public required string SoftwareVersion { get; init; }

    /// <summary>The device that computed it, such as <c>cpu</c> or <c>cuda:0 NVIDIA H100</c>.</summary>
    public required string Device { get; init; }

    /// <summary>The SHA-256 of the generated tokens: equal for equal results, whatever the video encoder did.</summary>
    public required string TokensHash { get; init; }

    /// <summary>The gallery items or assets that this clip continues.</summary>
    public IReadOnlyList<Guid> Parents { get; init; } = [];

    /// <summary>The clip that this one went on from, at one of its steps or with some cells decoded again; <see langword="null"/> when it began anew.</summary>
    public RecipeParent? Parent { get; init; }

    /// <summary>When the clip was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Reads a recipe.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <returns>The recipe.</returns>
    /// <exception cref="JsonException">The text is not a recipe, or of a version that this code does not know.</exception>
    public static Recipe FromJson(string json)
    {
        var recipe = JsonSerializer.Deserialize<Recipe>(json, PlatformJson.Compact) ?? throw new JsonException("The recipe is null.");
        return recipe.SchemaVersion == CurrentSchemaVersion
            ? recipe
            : throw new JsonException($"recipe: expected schemaVersion {CurrentSchemaVersion}, got {recipe.SchemaVersion}");
    }

    /// <summary>The recipe as JSON.</summary>
    /// <param name="indented">Whether to write it on several lines, for readers.</param>
    /// <returns>The JSON.</returns>
    public string ToJson(bool indented = false) => JsonSerializer.Serialize(this, indented ? PlatformJson.Indented : PlatformJson.Compact);

    /// <summary>Whether two recipes are equal in everything, parents compared one by one.</summary>
    /// <param name="other">The other recipe.</param>
    /// <returns>Whether they are equal.</returns>
    public bool Equals(Recipe? other) => other is not null && ToJson() == other.ToJson();

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Task, Seed, TokensHash, CreatedAt);
}
