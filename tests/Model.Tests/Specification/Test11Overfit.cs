using Magvit.Model.Tests.Training;
using Magvit.Model.Tokenizer;
using Magvit.Model.Training;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Specification;

/// <summary>Spec §15.11: both stages learn a handful of clips by heart.</summary>
public sealed class Test11Overfit(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-overfit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The paper's layers and vector quantizer, two levels of 16 channels; frames in [0, 1], so 30 dB are an error of 3%.
    [Fact]
    public void Tokenizer_EightClips_Reaches30Decibels()
    {
        using var clips = ShapeClips.Make(_folder, 8);
        manual_seed(11);
        using var tokenizer = new VideoTokenizer(new TokenizerConfig
        {
            Frames = 4,
            Height = 8,
            Width = 8,
            BaseChannels = 16,
            ChannelMultipliers = [1, 2],
            TemporalDownsample = [true],
            ResidualBlocks = 1,
            CodebookSize = 128,
            EmbeddingDim = 8,
        });
        var options = new TrainingOptions { Steps = 560, BatchSize = 8, PeakLearningRate = 4e-3, WarmupSteps = 10, EvaluateEvery = 1000, BFloat16 = false };
        var metrics = new TokenizerTrainer(tokenizer, options, new RunDirectory(Path.Combine(_folder, "run"))).Train(clips, clips, null, CancellationToken.None);
        output.WriteLine($"{metrics["heldOutPsnr"]:f2} dB");
        Assert.True(metrics["heldOutPsnr"] > 30, $"{metrics["heldOutPsnr"]:f1} dB");
    }
}
