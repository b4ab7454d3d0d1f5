using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Magvit.LoadBench;

/// <summary>A whole run, as its JSON says it.</summary>
/// <param name="Machine">Processor and what it runs.</param>
/// <param name="Options">How large the load was.</param>
/// <param name="Rows">All figures.</param>
internal sealed record LoadReport(string Machine, LoadOptions Options, IReadOnlyList<LoadRow> Rows)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
