using Magvit.Model.Masking;
using Magvit.Model.Tokenizer;
using Magvit.Model.Training;
using Magvit.Model.Transformer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Training;

public sealed class TokenCacheTests : IDisposable
{
    private static readonly TrainingOptions Options = new() { Steps = 12, BatchSize = 4, PeakLearningRate = 1e-3, WarmupSteps = 2, EvaluateEvery = 100, BFloat16 = false };

    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-tokens-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // All eleven tasks, drawn masks among them; mirrored windows too. Every window is stored, so nothing may change but the time it takes.
    [Fact]
    public void Train_WithCachedTokens_LearnsTheSameAsWithout()
    {
        using var all = TinyClips.Make(_folder, "jump/a", "jump/b", "run/c");
        var clips = all.With(new ClipSampling { Flip = true });
        manual_seed(5);
        using var tokenizer = new VideoTokenizer(TinyModels.Tokenizer);
        var path = TokenCache.PathOf(_folder, "hash", clips);
        TokenCache.Build(tokenizer, "hash", clips, new TokenCacheOptions(), path, null, CancellationToken.None);
        using var cache = TokenCache.Load(path, "hash", clips);
        Assert.Equal(3 * 5 * 2, cache.Count);                                    // 20 frames: five starts, each also mirrored

        using var plain = Train(tokenizer, clips, null, "plain");
        using var cached = Train(tokenizer, clips, cache, "cached");
        using var scope = NewDisposeScope();
        Assert.All(plain.named_parameters().Zip(cached.named_parameters()), pair =>
            Assert.InRange((pair.First.parameter.detach() - pair.Second.parameter.detach()).abs().max().ToDouble(), 0, 1e-5));
    }

    [Fact]
    public void Load_OtherTokenizerOrClips_Refuses()
    {
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b");
        using var tokenizer = new VideoTokenizer(TinyModels.Tokenizer);
        var path = TokenCache.PathOf(_folder, "hash", clips);
        TokenCache.Build(tokenizer, "hash", clips, new TokenCacheOptions { WindowsPerClip = 2, Tasks = [GenerationTask.FramePrediction] }, path, null, CancellationToken.None);
        Assert.Contains("made by tokenizer hash", Assert.Throws<InvalidDataException>(() => TokenCache.Load(path, "other", clips)).Message, StringComparison.Ordinal);
        var (train, _) = clips.Split();
        Assert.Contains("other clips", Assert.Throws<InvalidDataException>(() => TokenCache.Load(path, "hash", train)).Message, StringComparison.Ordinal);

        using var cache = TokenCache.Load(path, "hash", clips);
        Assert.Equal(4, cache.Count);
        Assert.True(cache.Covers(GenerationTask.ClassFramePrediction) && cache.Covers(GenerationTask.ClassConditional));
        Assert.False(cache.Covers(GenerationTask.OutpaintCentral));
        Assert.Contains("outpaint-central", Assert.Throws<ArgumentException>(() => Train(tokenizer, clips, cache, "run")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_TaskWithoutFixedTokens_SaysWhichCanBeStored()
    {
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b");
        using var tokenizer = new VideoTokenizer(TinyModels.Tokenizer);
        var exception = Assert.Throws<ArgumentException>(() => TokenCache.Build(
            tokenizer, "hash", clips, new TokenCacheOptions { Tasks = [GenerationTask.CustomMask] }, Path.Combine(_folder, "x"), null, CancellationToken.None));
        Assert.Contains("custom-mask", exception.Message, StringComparison.Ordinal);
    }

    private MaskedTransformer Train(VideoTokenizer tokenizer, ClipDataset clips, TokenCache? cache, string run)
    {
        manual_seed(6);
        var transformer = new MaskedTransformer(TinyModels.Transformer() with { Classes = 2 });
        var trainer = new TransformerTrainer(tokenizer, transformer, Options, TaskMix.All(1), new RunDirectory(Path.Combine(_folder, run))) { Cache = cache };
        trainer.Train(clips, clips, null, CancellationToken.None);
        return transformer;
    }
}
