using System.Globalization;

namespace Magvit.LoadBench;

/// <summary>The report for readers.</summary>
internal static class LoadTable
{
    public static IEnumerable<string> Lines(LoadReport report)
    {
        yield return Format("", "", "typical", "tail", "goal", "", "baseline of the same run", "typical", "tail", "ratio");
        foreach (var row in report.Rows)
        {
            yield return Line(row);
            foreach (var other in row.Baselines.Skip(1))
            {
                yield return Format("", "", "", "", "", "", other.Name, Number(other.Typical), Number(other.Tail), "");
            }
        }

        yield return "";
        yield return report.Machine;
    }

    private static string Line(LoadRow row) => Format(
        row.Area,
        $"{row.Figure.Name}, {row.Unit}{(row.TailName is null ? "" : $", p50 and {row.TailName}")}",
        Number(row.Figure.Typical),
        Number(row.Figure.Tail),
        row.Goal is { } goal ? $"{(goal.IsMinimum ? "≥" : "≤")} {Number(goal.Limit)}" : "",
        row.IsMet switch { true => "met", false => "MISSED", null => "" },
        row.Baselines[0].Name,
        Number(row.Baselines[0].Typical),
        Number(row.Baselines[0].Tail),
        row.Ratio.ToString("f2", CultureInfo.InvariantCulture));

    private static string Format(
        string area, string name, string typical, string tail, string goal, string met, string baseline, string baselineTypical, string baselineTail, string ratio)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{area,-9} {name,-76} {typical,9} {tail,9} {goal,8} {met,-7} {baseline,-44} {baselineTypical,9} {baselineTail,9} {ratio,7}").TrimEnd();

    private static string Number(double? value) => value switch
    {
        null => "",
        >= 100 => value.Value.ToString("f0", CultureInfo.InvariantCulture),
        >= 10 => value.Value.ToString("f1", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("f2", CultureInfo.InvariantCulture),
    };
}
