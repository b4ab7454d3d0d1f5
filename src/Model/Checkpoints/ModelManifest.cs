using System.Text.Json;
using System.Text.Json.Serialization;
using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;

namespace Magvit.Model.Checkpoints;

/// <summary>The contents of <c>model.json</c> beside the weights of one network.</summary>
public sealed record ModelManifest
{
    /// <summary>The name of the file beside the weights.</summary>
    public const string FileName = "model.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>The version of this format.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>tokenizer or transformer.</summary>
    public required string Kind { get; init; }

    /// <summary>The preset it was built from.</summary>
    public required string Preset { get; init; }

    /// <summary>The shape, of a tokenizer.</summary>
    public TokenizerConfig? Tokenizer { get; init; }

    /// <summary>The shape, of a transformer.</summary>
    public TransformerConfig? Transformer { get; init; }

    /// <summary>Class names in the order of their tokens, of a transformer.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>SHA-256 of the weights file of the tokenizer whose tokens a transformer speaks.</summary>
    public string? TokenizerHash { get; init; }

    /// <summary>SHA-256 of the weights file of the tokenizer that this one was trained on from; what its tokens mean began with that one's.</summary>
    public string? BegunFrom { get; init; }

    /// <summary>The sampling temperature that suits a transformer; the paper's is 1, a network short of training draws better clips below it.</summary>
    public double SamplingTemperature { get; init; } = 1;

    /// <summary>The weight of guidance that suits a transformer for tasks with a class; 0, the paper's, is none.</summary>
    public double Guidance { get; init; }

    /// <summary>What it was trained on.</summary>
    public string? Dataset { get; init; }

    /// <summary>Figures measured at the end of training, by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The licence of the weights.</summary>
    public string? Licence { get; init; }

    /// <summary>The command that trained it.</summary>
    public string? TrainingCommand { get; init; }

    /// <summary>Reads <c>model.json</c>, or a manifest of another name, of a folder.</summary>
    /// <exception cref="InvalidDataException">The file is missing or not a manifest.</exception>
    public static ModelManifest Read(string folder, string name = FileName)
    {
        var path = Path.Combine(folder, name);
        try
        {
            return JsonSerializer.Deserialize<ModelManifest>(File.ReadAllText(path), Json)
                ?? throw new InvalidDataException($"{path} is empty");
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"{path}: no model manifest ({e.Message})", e);
        }
    }

    /// <summary>Writes <c>model.json</c>, or a manifest of another name, into a folder.</summary>
    public void Write(string folder, string name = FileName) => File.WriteAllText(Path.Combine(folder, name), ToJson() + "\n");

    /// <summary>The manifest as it stands in the file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
