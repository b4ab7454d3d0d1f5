using System.Text.Json;

namespace Magvit.Model.Tests.Golden;

/// <summary>Numbers that a script beside this file calculated without the platform's code.</summary>
internal static class GoldenNumbers
{
    private static readonly Lazy<JsonDocument> Evaluation = new(() =>
        JsonDocument.Parse(typeof(GoldenNumbers).Assembly.GetManifestResourceStream("Magvit.Model.Tests.Golden.evaluation.json")!));

    /// <summary>A list of evaluation.json.</summary>
    public static double[] List(string name) => [.. Evaluation.Value.RootElement.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];

    /// <summary>A number of evaluation.json.</summary>
    public static double Number(string name) => Evaluation.Value.RootElement.GetProperty(name).GetDouble();
}
