using System.Diagnostics;
using Magvit.Model.Checkpoints;
using Magvit.Model.Training;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Worker.Tests.Commands;

/// <summary>Training in a process of its own that dies.</summary>
[Collection(nameof(ModelCommands))]
public sealed class InterruptedTrainingTests(ShapesFixture shapes)
{
    private static readonly string Worker = Path.Combine(AppContext.BaseDirectory, "Magvit.Worker.dll");

    [Fact]
    public async Task Train_KilledAndResumed_EndsAsIfNothingHadHappened()
    {
        var (whole, killed) = (shapes.PathOf("whole"), shapes.PathOf("killed"));
        string[] Options(string run) => ["train", "tokenizer", .. shapes.Brief(run, 80), "--checkpoint-minutes", "0"];
        await ShapesFixture.SucceedAsync(Options(whole));

        // SIGKILL after the first report: step 20 and some more are done, the metrics may be ahead of the checkpoint.
        using (var process = Start("dotnet", [Worker, .. Options(killed)]))
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line && !line.Contains("step 20/", StringComparison.Ordinal))
            {
            }

            process.Kill();
            await process.WaitForExitAsync();
            Assert.Equal(137, process.ExitCode);
        }

        Assert.True(File.Exists(Path.Combine(killed, "checkpoint.safetensors")), "a checkpoint stands");
        Assert.False(Directory.Exists(Path.Combine(killed, "model")));
        await ShapesFixture.SucceedAsync(Options(killed));

        int[] Steps(string run) => [.. new MetricsLog(Path.Combine(run, "metrics.jsonl")).Read().Select(m => (int)m["step"])];
        Assert.Equal(Steps(whole), Steps(killed));
        using var scope = NewDisposeScope();
        var (expected, actual) = (Weights(whole), Weights(killed));
        Assert.All(expected, e => Assert.InRange((e.Value - actual[e.Key]).abs().max().ToDouble(), 0, 1e-6));
    }

    private static Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        return Process.Start(start)!;
    }

    private static Dictionary<string, Tensor> Weights(string run) => SafeTensors.Read(ModelFolder.WeightsPath(Path.Combine(run, "model"))).Tensors;
}
