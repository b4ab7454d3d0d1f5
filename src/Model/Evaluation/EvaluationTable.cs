using System.Globalization;
using System.Text;

namespace Magvit.Model.Evaluation;

/// <summary>A report as Markdown tables that read well in a terminal too: the contents of <c>report.md</c>.</summary>
public static class EvaluationTable
{
    /// <summary>Writes all tables.</summary>
    public static string Format(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        Line(text, $"# Evaluation of {report.Model}");
        Line(text, $"");
        Line(text, $"{report.Split} part of {report.Data}: {report.SplitClips} clips, {report.DistinctWindows} windows; {report.SamplesPerFold} samples x {report.Folds} folds, seed {report.Seed}; mean ± deviation over folds.");
        if (report.Steps is not null)
        {
            var guidance = report.Guidance is { } weight ? F($"{weight:g3}") : "the model's own";
            var sampling = report.SamplingTemperature is { } own ? F($"{own:g3}") : "the model's own";
            Line(text, $"Decoding: {report.Steps} steps, {report.Schedule} schedule, choice temperature {report.Temperature:g4}, sampling temperature {sampling}, guidance {guidance}{(report.KeepInput ? ", known pixels put back" : "")}.");
        }

        Line(text, $"Computed on {report.Device} in {report.Seconds:f0} s.");
        var rows = new List<Row> { new("real clips", "", report.Real), new("training clips", "", report.Training) };
        if (report.Tokenizer is { } tokenizer)
        {
            rows.Add(new Row("reconstructions", "tokenizer", tokenizer.Measurements));
            Heading(text, "Tokenizer");
            Line(text, $"{tokenizer.TokensPerClip} tokens of {tokenizer.Codes} codes, {tokenizer.BitsPerClip:f0} bits a clip. Of the codes {tokenizer.Codebook.Used * 100:f1} % are used; count over mean count is {tokenizer.Codebook.Percentile10:f2} at the 10th percentile and {tokenizer.Codebook.Percentile90:f2} at the 90th; perplexity {tokenizer.Codebook.Perplexity:f0}.");
            foreach (var codec in tokenizer.Codecs)
            {
                var over = codec.ClipsOverBudget > 0 ? F($"; {codec.ClipsOverBudget} would not get that small") : "";
                Line(text, $"");
                Line(text, $"{codec.Codec} in at most {codec.BudgetBytes} bytes a clip ({codec.Counted}): {codec.MeanBytes:f0} bytes on average over {codec.Clips} clips{over}.");
                Table(text, [new Row("codec", "", codec.Measurements), new Row("tokenizer", "", codec.Tokenizer)]);
            }
        }

        foreach (var task in report.Tasks)
        {
            rows.Add(new Row(task.Task, "model", task.Measurements));
            if (task.Baseline is { } baseline)
            {
                rows.Add(new Row("", baseline, task.BaselineMeasurements));
            }
        }

        Heading(text, "Clips");
        Table(text, rows);
        Ratios(text, report);
        if (report.NotComputed.Count > 0)
        {
            Heading(text, "Not computed");
            foreach (var note in report.NotComputed)
            {
                Line(text, $"- {note}");
            }
        }

        return text.ToString();
    }

    private static void Ratios(StringBuilder text, EvaluationReport report)
    {
        string[] distances = [MetricNames.FdOwn, MetricNames.FdMobileNet, MetricNames.Fvd];
        var parts = report.Tasks.Where(t => t.Baseline is not null).Select(t => (Task: t, Times: distances
            .Select(d => (Title: Title(d), Value: t.TimesBetter(d))).Where(d => d.Value is not null).ToList())).Where(p => p.Times.Count > 0).ToList();
        if (parts.Count == 0)
        {
            return;
        }

        Heading(text, "Against the baselines");
        Line(text, $"Above 1: the model is closer to real clips than the baseline.\n");
        foreach (var (task, times) in parts)
        {
            Line(text, $"- {task.Task}: {task.Baseline} has {string.Join(", ", times.Select(d => F($"{d.Value:g3} times the {d.Title}")))} of the model; mean confidence {task.Confidence:f3}");
        }
    }

    private static void Table(StringBuilder text, IReadOnlyList<Row> rows)
    {
        var shown = rows.Where(r => r.Values.Count > 0).ToList();
        var metrics = MetricNames.All.Where(m => shown.Exists(r => r.Values.ContainsKey(m.Name))).ToList();
        var cells = new List<string[]> { (string[])["clips", "by", .. metrics.Select(m => m.Title)] };
        cells.AddRange(shown.Select(r => (string[])[r.Name, r.By, .. metrics.Select(m => r.Values.TryGetValue(m.Name, out var v) ? Number(v) : "")]));
        var keep = Enumerable.Range(0, cells[0].Length).Where(c => c != 1 || shown.Exists(r => r.By.Length > 0)).ToList();
        var widths = keep.ToDictionary(c => c, c => cells.Max(row => row[c].Length));
        Line(text, $"");
        for (var i = 0; i < cells.Count; i++)
        {
            Line(text, $"| {string.Join(" | ", keep.Select(c => c < 2 ? cells[i][c].PadRight(widths[c]) : cells[i][c].PadLeft(widths[c])))} |");
            if (i == 0)
            {
                Line(text, $"|{string.Join("|", keep.Select(c => c < 2 ? new string('-', widths[c] + 2) : new string('-', widths[c] + 1) + ":"))}|");
            }
        }
    }

    private static string Number(Measurement value) => value.Folds > 1
        ? $"{Digits(value.Mean, value.Mean)} ± {Digits(value.Deviation, value.Mean)}"
        : Digits(value.Mean, value.Mean);

    // About four digits of the mean; the deviation with as many decimals.
    private static string Digits(double value, double scale)
    {
        var decimals = Math.Abs(scale) switch { >= 1000 => 0, >= 100 => 1, >= 10 => 2, >= 0.1 => 3, _ => 4 };
        return value.ToString($"f{decimals}", CultureInfo.InvariantCulture);
    }

    private static string Title(string metric) => MetricNames.All.First(m => m.Name == metric).Title;

    private static void Heading(StringBuilder text, string title) => Line(text, $"\n## {title}");

    private static void Line(StringBuilder text, FormattableString line) => text.Append(F(line)).Append('\n');

    private static string F(FormattableString text) => FormattableString.Invariant(text);

    private sealed record Row(string Name, string By, IReadOnlyDictionary<string, Measurement> Values);
}
