using System.Diagnostics;
using Xunit;

namespace Magvit.Worker.Tests.Commands;

/// <summary>Which workers `./magvit up` starts: on which device each, and with how many threads.</summary>
public class WorkerScriptTests
{
    private const string Script = """
        set -euo pipefail
        for part in common platform; do source "$MAGVIT_ROOT/eng/cli/$part.sh"; done
        TENSOR_MEMORY=kept
        have() { [ "$GPUS" -gt 0 ]; }
        worker() { say "libtorch 2.4.0, 8 threads, CUDA with $GPUS devices"; }
        assembly() { say "/hosts/$1.dll"; }
        start_service() { say "$1 $MAGVIT_DEVICE $OMP_NUM_THREADS"; }
        platform_options "$@"
        start_workers
        """;

    private static readonly string Repository = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));

    [Theory]
    [InlineData(0, 8, "", "", "worker auto 8")]
    [InlineData(1, 8, "", "", "worker auto 8")]
    [InlineData(3, 8, "", "", "worker cuda:0 2", "worker-2 cuda:1 2", "worker-3 cuda:2 2")]
    [InlineData(2, 8, "--workers 3", "", "worker cuda:0 2", "worker-2 cuda:1 2", "worker-3 cuda:0 2")]
    [InlineData(0, 8, "--workers=2", "", "worker auto 4", "worker-2 auto 4")]
    [InlineData(0, 2, "--workers 3", "", "worker auto 1", "worker-2 auto 1", "worker-3 auto 1")]
    [InlineData(2, 8, "--workers 1", "cpu-int8", "worker cpu-int8 8")]
    public async Task StartWorkers_SharesOutGpusAndCores(int gpus, int cores, string options, string device, params string[] expected)
    {
        var (code, output, _) = await RunAsync(gpus, cores, options, device);
        Assert.Equal(0, code);
        Assert.Equal(expected, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("--workers 0")]
    [InlineData("--workers many")]
    [InlineData("--workers 100")]
    public async Task Options_NoNumberOfWorkers_AreRefused(string options)
    {
        var (code, output, error) = await RunAsync(0, 2, options, "");
        Assert.NotEqual(0, code);
        Assert.Empty(output);
        Assert.Contains("--workers: expected a number from 1 to 99", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(int gpus, int cores, string options, string device)
    {
        var start = new ProcessStartInfo("bash", ["-c", Script, "up", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MAGVIT_ROOT"] = Repository;
        start.Environment["GPUS"] = $"{gpus}";
        start.Environment["OMP_NUM_THREADS"] = $"{cores}";
        start.Environment["MAGVIT_DEVICE"] = device;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }
}
