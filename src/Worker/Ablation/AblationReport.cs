using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Magvit.Model.Evaluation;
using Magvit.Model.Masking;

namespace Magvit.Worker.Ablation;

/// <summary>The tables of an ablation, <c>ablation.json</c> and, to read, <c>ablation.md</c>.</summary>
/// <param name="Identity">How all variants were trained and evaluated.</param>
/// <param name="Data">The data set's name.</param>
/// <param name="Metric">The Frechet distance of the tables.</param>
internal sealed record AblationReport(string Identity, string Data, string Metric)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>That distance between training clips and the real clips: what a perfect model would reach.</summary>
    public Measurement? Real { get; init; }

    /// <summary>Transformers, as far as they are done.</summary>
    public IReadOnlyList<AblationResult> Results { get; init; } = [];

    /// <summary>Ways to decode, likewise.</summary>
    public IReadOnlyList<DecodingResult> Decoding { get; init; } = [];

    /// <summary>Starts of the tokenizer, likewise.</summary>
    public IReadOnlyList<InflationResult> Inflation { get; init; } = [];

    /// <summary>Writes both files into a folder.</summary>
    /// <returns>The tables.</returns>
    public string Write(string folder)
    {
        var table = Tables();
        File.WriteAllText(Path.Combine(folder, "ablation.json"), JsonSerializer.Serialize(this, Json) + "\n");
        File.WriteAllText(Path.Combine(folder, "ablation.md"), table);
        return table;
    }

    private string Title => MetricNames.All.First(m => m.Name == Metric).Title;

    private string Tables()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# Ablation on {Data}").AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"Every row: {Identity}. {Title}, mean and deviation over folds; lower is better. MT8 is the mean over the eight tasks that are told no class.")
            .AppendLine(CultureInfo.InvariantCulture, $"Training clips against the same real clips: {Text(Real)}. The paper's columns are debiased FVD on BAIR with networks of 128 M parameters: compare the order of the rows, not the figures.");
        if (Results.Count > 0)
        {
            AppendTransformers(text);
        }

        if (Decoding.Count > 0)
        {
            AppendDecoding(text);
        }

        if (Inflation.Count > 0)
        {
            AppendInflation(text);
        }

        return text.ToString();
    }

    private void AppendTransformers(StringBuilder text)
    {
        text.AppendLine("\n## Transformers\n")
            .AppendLine(CultureInfo.InvariantCulture, $"| Tab. | variant | {Title} FP | {Title} MT8 | PSNR FP, dB | seconds a clip, FP | held-out loss (its own) | paper FP | paper MT8 |")
            .AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var r in Results)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {r.Table} | {r.Title} | {Text(r.FramePrediction)} | {Text(r.Average)} | {Text(r.FramePredictionPsnr)} | {Text(r.SecondsPerClip)} | {Text(r.HeldOutLoss)} | {Text(r.PaperFramePrediction)} | {Text(r.PaperAverage)} |");
        }

        var tasks = Results.SelectMany(r => r.Tasks.Keys).Distinct().OrderBy(GenerationTasks.Parse).ToList();
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{Title} by task:").AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"| variant | {string.Join(" | ", tasks)} |")
            .AppendLine(CultureInfo.InvariantCulture, $"| --- |{string.Concat(tasks.Select(_ => " --- |"))}");
        foreach (var r in Results)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {r.Title} | {string.Join(" | ", tasks.Select(t => Text(r.Tasks.GetValueOrDefault(t))))} |");
        }
    }

    private void AppendDecoding(StringBuilder text)
    {
        text.AppendLine("\n## Decoding\n")
            .AppendLine(CultureInfo.InvariantCulture, $"The transformer of the row \"{AblationVariant.Commit.Title}\"; one setting differs from the paper's (12 steps, choice temperature 4.5, sampling temperature 1, cosine).").AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"| setting | value | {Title} FP | {Title} MT8 | PSNR FP, dB | seconds a clip, FP |")
            .AppendLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var r in Decoding)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {r.Group} | {r.Title} | {Text(r.FramePrediction)} | {Text(r.Average)} | {Text(r.FramePredictionPsnr)} | {Text(r.SecondsPerClip)} |");
        }
    }

    private void AppendInflation(StringBuilder text)
    {
        var columns = MetricNames.All.Where(m => Inflation.Any(r => r.Reconstruction.ContainsKey(m.Name))).ToList();
        text.AppendLine("\n## Starts of the tokenizer\n")
            .AppendLine("Reconstructions of held-out clips; the 2D twin saw single frames of the training clips, as many steps, not ImageNet as in the paper.").AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"| start | {string.Join(" | ", columns.Select(c => c.Title))} | paper FVD | paper PSNR |")
            .AppendLine(CultureInfo.InvariantCulture, $"| --- |{string.Concat(columns.Select(_ => " --- |"))} --- | --- |");
        foreach (var r in Inflation)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {r.Title} | {string.Join(" | ", columns.Select(c => Text(r.Reconstruction.GetValueOrDefault(c.Name))))} | {Text(r.PaperFvd)} | {Text(r.PaperPsnr)} |");
        }
    }

    private static string Text(Measurement? value) => value is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{value.Mean:g4} ± {value.Deviation:g2}");

    private static string Text(double? value) => value is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{value:g4}");
}
