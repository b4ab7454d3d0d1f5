using System.Globalization;

namespace Magvit.Worker.Benchmarks;

/// <summary>The benchmark for readers.</summary>
internal static class BenchTable
{
    public const string Header = "case               preset         batch  precision      ours ms  PyTorch ms    ratio    peak";

    public static string Line(BenchRow row) => string.Create(CultureInfo.InvariantCulture,
        $"{row.Kind,-18} {row.Preset,-14} {row.Batch,5}  {row.Precision,-9} {row.Seconds * 1e3,12:f1} {Milliseconds(row),11} {Ratio(row),8} {row.PeakShare,7:p0}");

    public static IEnumerable<string> Summary(BenchReport report)
    {
        yield return "";
        yield return report.Machine;
        yield return string.Create(CultureInfo.InvariantCulture, $"one operator: {report.OperatorMicroseconds.Ours:f2} µs{Against(report.OperatorMicroseconds, "f2", " µs from Python")}");
        foreach (var (precision, gigaflops) in report.PeakGigaflops)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"matrix product, {precision}: {gigaflops:f0} GFLOP/s");
        }

        yield return string.Create(CultureInfo.InvariantCulture,
            $"peak memory: {report.PeakMemoryBytes.Ours / 1e6:f0} MB{Against(report.PeakMemoryBytes with { Partner = report.PeakMemoryBytes.Partner / 1e6 }, "f0", " MB in PyTorch's process")}");
        if (report.ClipSeconds is { } clip)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"one clip: {clip.Ours:f2} s{Against(clip, "f2", " s in PyTorch")}");
        }

        foreach (var error in report.Rows.Select(row => row.PartnerError).OfType<string>().Distinct())
        {
            yield return "PyTorch cannot: " + error.ReplaceLineEndings(" ");
        }
    }

    private static string Milliseconds(BenchRow row) => row.PartnerSeconds is { } seconds
        ? (seconds * 1e3).ToString("f1", CultureInfo.InvariantCulture)
        : row.PartnerError is null ? "-" : "cannot";

    private static string Ratio(BenchRow row) => row.Ratio is { } ratio ? ratio.ToString("f2", CultureInfo.InvariantCulture) + "x" : "-";

    private static string Against(BenchPair pair, string format, string unit) =>
        pair.Partner is { } partner ? " against " + partner.ToString(format, CultureInfo.InvariantCulture) + unit : "";
}
