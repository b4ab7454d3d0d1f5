using System.Diagnostics;
using Magvit.Model.Checkpoints;
using Magvit.Model.Losses;
using Magvit.Model.Tokenizer;
using Magvit.Model.Training;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Training;

// Minutes and gigabytes: run by name with --explicit only. The output says what was measured.
/// <summary>The published sizes within the memory of one machine.</summary>
public sealed class PaperSizeTests(ITestOutputHelper output) : IDisposable
{
    private const long MemoryLimitMiB = 24 * 1024;

    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-paper-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Explicit = true)]
    public void TrainStepAndDecode_MagvitB128_FitsInMemory()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var path = Path.Combine(_folder, "clips.safetensors");
        SafeTensors.Write(path, new Dictionary<string, Tensor> { ["a/a"] = rand([16, 128, 128, 3]).mul(255).to(uint8) });
        using var clips = ClipDataset.Load(path);
        using var tokenizer = new VideoTokenizer(ModelPreset.Named("magvit-b-128").Tokenizer);
        using var stop = new CancellationTokenSource();
        var options = TrainingOptions.PaperTokenizer(steps: 37_000, batchSize: 1, warmupSteps: 74) with
        {
            BFloat16 = true,
            RecomputeActivations = true,
            CheckpointEvery = TimeSpan.Zero,
        };
        var run = new RunDirectory(Path.Combine(_folder, "run"));
        var watch = Stopwatch.StartNew();
        var trainer = new TokenizerTrainer(tokenizer, options, run) { Losses = new TokenizerLossOptions(), Perceptual = new Stop(stop) };
        Assert.Throws<OperationCanceledException>(() => trainer.Train(clips, clips, null, stop.Token));
        Assert.Equal(1, run.ReadCheckpoint()!.Step);
        Report("training step of magvit-b-128 with discriminator, one clip", watch);
        Decode(tokenizer);
    }

    [Theory(Explicit = true)]
    [InlineData("magvit-b-128")]
    [InlineData("magvit-l-128")]
    public void Decode_PaperSize_FitsInMemory(string preset)
    {
        using var tokenizer = new VideoTokenizer(ModelPreset.Named(preset).Tokenizer);
        Decode(tokenizer);
    }

    private void Decode(VideoTokenizer tokenizer)
    {
        using var scope = NewDisposeScope();
        tokenizer.eval();
        var watch = Stopwatch.StartNew();
        var clip = tokenizer.Decode(randint(0, 1024, [1, 4, 16, 16]));
        Assert.Equal([1L, 3, 16, 128, 128], clip.shape);
        Report($"decoding one clip with {tokenizer.parameters().Sum(p => p.numel()):n0} parameters", watch);
    }

    private void Report(string what, Stopwatch watch)
    {
        var peak = long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            System.Globalization.CultureInfo.InvariantCulture) >> 10;
        output.WriteLine($"{what}: {watch.Elapsed.TotalSeconds:f1} s, peak of the process {peak:n0} MiB, {get_num_threads()} threads");
        Assert.True(peak < MemoryLimitMiB, $"{peak} MiB");
    }

    private sealed class Stop(CancellationTokenSource stop) : IPerceptualLoss
    {
        public Tensor Compute(Tensor reconstruction, Tensor target, int step)
        {
            stop.Cancel();
            return zeros([]);
        }
    }
}
