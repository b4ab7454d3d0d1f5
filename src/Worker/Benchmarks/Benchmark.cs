using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Magvit.Model;
using Magvit.Worker.Generation;
using TorchSharp.Extensions;
using static TorchSharp.torch;

namespace Magvit.Worker.Benchmarks;

/// <summary>
/// Measures all cases, ours, the partner's and a matrix product in turns: what else the machine does then meets all alike.
/// A turn of short calls is <see cref="TurnSeconds"/> of them one after the other, as a worker makes them, and their median.
/// </summary>
/// <param name="partner">PyTorch; null measures ours alone.</param>
/// <param name="turns">Turns that count, after one that does not.</param>
/// <param name="log">Takes a line for each case.</param>
internal sealed class Benchmark(PytorchPartner? partner, int turns, Action<string> log)
{
    /// <summary>How long a turn goes on calling, at least once.</summary>
    public const double TurnSeconds = 0.1;

    private const int MatrixSize = 2048;
    private const int OperatorCalls = 20_000;

    /// <summary>Runs all cases.</summary>
    public BenchReport Run(
        IReadOnlyList<ModelPreset> presets, IReadOnlyList<BenchKind> kinds, IReadOnlyList<int> batches, IReadOnlyList<bool> precisions, CancellationToken cancellationToken)
    {
        var peak = precisions.ToDictionary(Name, _ => new List<double>());
        var operators = new BenchPair(OperatorSeconds() * 1e6, partner?.MeasureOperator() * 1e6);
        var rows = new List<BenchRow>();
        foreach (var preset in presets)
        {
            using var networks = new BenchNetworks(preset);
            var model = JsonNode.Parse(networks.Manifest.ToJson())!;
            foreach (var benchmark in kinds.SelectMany(kind => batches.SelectMany(batch => precisions.Select(p => new BenchCase(kind, preset, batch, p)))))
            {
                cancellationToken.ThrowIfCancellationRequested();
                rows.Add(Measure(benchmark, networks, model, peak[Name(benchmark.BFloat16)]));
                log(BenchTable.Line(rows[^1]));
            }
        }

        return new BenchReport(
            Machine(), Best(rows, BenchKind.Clip, 1, r => r), Best(rows, BenchKind.Clip, null, r => 16 / r), Best(rows, BenchKind.TrainTransformer, null, r => 1 / r),
            operators, peak.ToDictionary(p => p.Key, p => Median(p.Value)), new BenchPair(Process.GetCurrentProcess().PeakWorkingSet64, partner?.PeakBytes()), rows);
    }

    private BenchRow Measure(BenchCase benchmark, BenchNetworks networks, JsonNode model, List<double> peak)
    {
        networks.Measure(benchmark);
        var error = partner?.Measure(benchmark, model).Error;
        var (ours, theirs, shares) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < turns; i++)
        {
            peak.Add(MatrixProductGigaflops(benchmark.BFloat16));
            ours.Add(OneTurn(() => networks.Measure(benchmark)));
            shares.Add(benchmark.Operations / ours[^1] / 1e9 / peak[^1]);
            if (partner is not null && error is null && partner.Measure(benchmark, model).Seconds is { } seconds)
            {
                theirs.Add(seconds);
            }
        }

        return new BenchRow(
            benchmark.Kind.ToString(), benchmark.Preset.Name, benchmark.Batch, Name(benchmark.BFloat16), Median(ours),
            theirs.Count == 0 ? null : Median(theirs), theirs.Count == 0 ? null : Median([.. theirs.Zip(ours, (t, o) => t / o)]), Median(shares), error);
    }

    private static double OneTurn(Func<double> call)
    {
        var seconds = new List<double>();
        do
        {
            seconds.Add(call());
        }
        while (seconds.Sum() < TurnSeconds);
        return Median(seconds);
    }

    private static double MatrixProductGigaflops(bool bFloat16)
    {
        using var scope = NewDisposeScope();
        var a = rand([MatrixSize, MatrixSize]).to(bFloat16 ? bfloat16 : float32, ComputeDevice.Device);
        a.matmul(a).sum().ToDouble();
        return Enumerable.Range(0, 5).Max(_ =>
        {
            var watch = Stopwatch.StartNew();
            a.matmul(a).sum().ToDouble();                   // reading the sum waits for a GPU
            return 2.0 * MatrixSize * MatrixSize * MatrixSize / watch.Elapsed.TotalSeconds / 1e9;
        });
    }

    private static double OperatorSeconds()
    {
        using var scope = NewDisposeScope();
        var a = ones([8]);
        for (var i = 0; i < OperatorCalls / 10; i++)
        {
            (a + a).Dispose();
        }

        var watch = Stopwatch.StartNew();
        for (var i = 0; i < OperatorCalls; i++)
        {
            (a + a).Dispose();
        }

        return watch.Elapsed.TotalSeconds / OperatorCalls;
    }

    // The best row of a kind, as a figure for one clip.
    private static BenchPair? Best(IEnumerable<BenchRow> rows, BenchKind kind, int? batch, Func<double, double> figure) =>
        rows.Where(r => r.Kind == kind.ToString() && r.Batch == (batch ?? r.Batch)).MinBy(r => r.Seconds / r.Batch) is { } row
            ? new BenchPair(figure(row.Seconds / row.Batch), row.PartnerSeconds is { } p ? figure(p / row.Batch) : null)
            : null;

    private string Machine()
    {
        var processor = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() : null;
        var ours = $"{ComputeDevice.Description}, {processor ?? RuntimeInformation.ProcessArchitecture.ToString()}, {FusedOperators.Instructions}, {get_num_threads()} threads, libtorch {__version__}";
        return partner is null ? ours : $"{ours}; PyTorch {partner.Description["torch"]}, {partner.Description["threads"]} threads";
    }

    private static string Name(bool bFloat16) => bFloat16 ? "bfloat16" : "float32";

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
