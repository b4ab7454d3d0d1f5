using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Magvit.Model.Evaluation;
using Magvit.Model.Masking;

namespace Magvit.Worker.Ablation;

/// <summary>The table of an ablation, <c>ablation.json</c> and, to read, <c>ablation.md</c>.</summary>
/// <param name="Identity">How all variants were trained and evaluated.</param>
/// <param name="Data">The data set's name.</param>
/// <param name="Metric">The Frechet distance of the table.</param>
/// <param name="Real">That distance between training clips and the real clips: what a perfect model would reach.</param>
/// <param name="Results">A row each, as far as they are done.</param>
internal sealed record AblationReport(string Identity, string Data, string Metric, Measurement? Real, IReadOnlyList<AblationResult> Results)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes both files into a folder.</summary>
    /// <returns>The table.</returns>
    public string Write(string folder)
    {
        var table = Table();
        File.WriteAllText(Path.Combine(folder, "ablation.json"), JsonSerializer.Serialize(this, Json) + "\n");
        File.WriteAllText(Path.Combine(folder, "ablation.md"), table);
        return table;
    }

    private string Table()
    {
        var title = MetricNames.All.First(m => m.Name == Metric).Title;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# Ablation on {Data}").AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"Every row: {Identity}. {title}, mean and deviation over folds; lower is better. MT8 is the mean over the eight tasks that are told no class.")
            .AppendLine(CultureInfo.InvariantCulture, $"Training clips against the same real clips: {Text(Real)}. The paper's columns are debiased FVD on BAIR with networks of 128 M parameters: compare the order of the rows, not the figures.")
            .AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"| Tab. | variant | {title} FP | {title} MT8 | PSNR FP, dB | seconds a clip, FP | held-out loss (its own) | paper FP | paper MT8 |")
            .AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var r in Results)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {r.Table} | {r.Title} | {Text(r.FramePrediction)} | {Text(r.Average)} | {Text(r.FramePredictionPsnr)} | {Text(r.SecondsPerClip)} | {Text(r.HeldOutLoss)} | {Text(r.PaperFramePrediction)} | {Text(r.PaperAverage)} |");
        }

        var tasks = Results.SelectMany(r => r.Tasks.Keys).Distinct().OrderBy(GenerationTasks.Parse).ToList();
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{title} by task:").AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"| variant | {string.Join(" | ", tasks)} |")
            .AppendLine(CultureInfo.InvariantCulture, $"| --- |{string.Concat(tasks.Select(_ => " --- |"))}");
        foreach (var r in Results)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {r.Title} | {string.Join(" | ", tasks.Select(t => Text(r.Tasks.GetValueOrDefault(t))))} |");
        }

        return text.ToString();
    }

    private static string Text(Measurement? value) => value is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{value.Mean:g4} ± {value.Deviation:g2}");

    private static string Text(double? value) => value is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{value:g4}");
}
