using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Magvit.Worker.Benchmarks;

/// <summary>The same networks in plain PyTorch, in a process that answers one measurement at a time (bench/pytorch/partner.py).</summary>
internal sealed class PytorchPartner : IDisposable
{
    /// <summary>Names the folder of the repository or bundle, for programs that do not start in it.</summary>
    private const string RootVariable = "MAGVIT_ROOT";

    private readonly Process _process;
    private readonly bool _compile;
    private readonly bool _whole;

    private PytorchPartner(Process process, bool compile, bool whole, JsonObject description) =>
        (_process, _compile, _whole, Description) = (process, compile, whole, description);

    /// <summary>Where partner.py lies.</summary>
    public static string DefaultScript => Path.Combine(Environment.GetEnvironmentVariable(RootVariable) ?? "", "bench", "pytorch", "partner.py");

    /// <summary>PyTorch's version, threads and whether it uses CUDA.</summary>
    public JsonObject Description { get; }

    /// <summary>Starts it, or says why there is none.</summary>
    /// <param name="python">A Python that has torch.</param>
    /// <param name="script">partner.py.</param>
    /// <param name="compile">Whether to measure <c>torch.compile</c> instead of eager modules.</param>
    /// <param name="whole">Whether its networks are cast to bfloat16 as a whole, instead of running under autocast.</param>
    public static (PytorchPartner? Partner, string? Reason) TryStart(string python, string script, bool compile, bool whole)
    {
        if (!File.Exists(script))
        {
            return (null, $"{script} is missing");
        }

        Process? process = null;
        try
        {
            var start = new ProcessStartInfo(python, [script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            // As people run it: with the system's settings of memory and threads, not with those that our own scripts choose.
            start.Environment.Remove("GLIBC_TUNABLES");
            start.Environment.Remove("GOMP_SPINCOUNT");
            process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            return Ask(process, new JsonObject { ["kind"] = "describe" }) is { } description
                ? (new PytorchPartner(process, compile, whole, description), null)
                : (null, $"{python} has no torch; on Debian: apt install python3-torch");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            process?.Dispose();
            return (null, $"{python} does not start: {e.Message}");
        }
    }

    /// <summary>Seconds of one call, the median of a turn's, or the reason why there are none.</summary>
    public (double? Seconds, string? Error) Measure(BenchCase benchmark, JsonNode model) => Measure(new JsonObject
    {
        ["kind"] = JsonNamingPolicy.KebabCaseLower.ConvertName(benchmark.Kind.ToString()),
        ["model"] = model.DeepClone(),
        ["batch"] = benchmark.Batch,
        ["bfloat16"] = benchmark.BFloat16,
        ["compile"] = _compile,
        ["whole"] = _whole,
        ["turnSeconds"] = Benchmark.TurnSeconds,
    });

    /// <summary>Seconds of one small operator.</summary>
    public double? MeasureOperator() => Measure(new JsonObject { ["kind"] = "operator" }).Seconds;

    /// <summary>The most memory that its process has held.</summary>
    public double? PeakBytes() => (double?)Ask(_process, new JsonObject { ["kind"] = "memory" })?["peakBytes"];

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private (double? Seconds, string? Error) Measure(JsonObject request) => Ask(_process, request) is { } answer
        ? ((double?)answer["seconds"], (string?)answer["error"])
        : (null, "the process ended");

    // Null when the process ended, by itself or by the interrupt that a terminal sends to both of us.
    private static JsonObject? Ask(Process process, JsonObject request)
    {
        try
        {
            process.StandardInput.WriteLine(request.ToJsonString());
            process.StandardInput.Flush();
            return process.StandardOutput.ReadLine() is { } line ? JsonNode.Parse(line)!.AsObject() : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
