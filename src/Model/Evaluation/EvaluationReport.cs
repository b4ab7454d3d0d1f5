using System.Text.Json;
using System.Text.Json.Serialization;

namespace Magvit.Model.Evaluation;

/// <summary>Everything that an evaluation measured and how: the contents of <c>report.json</c>.</summary>
public sealed record EvaluationReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The version of this format.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of the tokenizer's weights.</summary>
    public required string TokenizerHash { get; init; }

    /// <summary>SHA-256 of the transformer's weights; null when a tokenizer was evaluated alone.</summary>
    public string? TransformerHash { get; init; }

    /// <summary>The data set's name.</summary>
    public required string Data { get; init; }

    /// <summary>Which part of it: held-out, train or all.</summary>
    public required string Split { get; init; }

    /// <summary>Clips of that part.</summary>
    public required int SplitClips { get; init; }

    /// <summary>Windows that differ among those used.</summary>
    public required int DistinctWindows { get; init; }

    /// <summary>Samples of each fold.</summary>
    public required int SamplesPerFold { get; init; }

    /// <summary>Folds.</summary>
    public required int Folds { get; init; }

    /// <summary>The seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Decoding steps; null without generation.</summary>
    public int? Steps { get; init; }

    /// <summary>Choice temperature; null without generation.</summary>
    public double? Temperature { get; init; }

    /// <summary>Mask schedule; null without generation.</summary>
    public string? Schedule { get; init; }

    /// <summary>Sampling temperature; null for the model's own.</summary>
    public double? SamplingTemperature { get; init; }

    /// <summary>Weight of guidance; null for the model's own, which is none but for tasks with a class.</summary>
    public double? Guidance { get; init; }

    /// <summary>Whether known pixels were put back exactly.</summary>
    public bool KeepInput { get; init; }

    /// <summary>Where it was computed.</summary>
    public required string Device { get; init; }

    /// <summary>The real windows themselves: class accuracy, inter-frame figures.</summary>
    public IReadOnlyDictionary<string, Measurement> Real { get; init; } = new Dictionary<string, Measurement>();

    /// <summary>As many windows of training clips against the real windows: the Frechet distance that equally good clips would have.</summary>
    public IReadOnlyDictionary<string, Measurement> Training { get; init; } = new Dictionary<string, Measurement>();

    /// <summary>The tokenizer.</summary>
    public TokenizerReport? Tokenizer { get; init; }

    /// <summary>The tasks.</summary>
    public IReadOnlyList<TaskReport> Tasks { get; init; } = [];

    /// <summary>What was left out: a sentence each, with the reason and what to do.</summary>
    public IReadOnlyList<string> NotComputed { get; init; } = [];

    /// <summary>Time taken in all.</summary>
    public double Seconds { get; init; }

    /// <summary>The report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is no report.</exception>
    public static EvaluationReport Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<EvaluationReport>(json, Json) ?? throw new InvalidDataException("the report is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"not an evaluation report ({e.Message})", e);
        }
    }
}
