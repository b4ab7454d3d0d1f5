using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Infrastructure.Media;
using Magvit.Testing;
using Xunit;

namespace Magvit.Worker.Tests.Jobs;

/// <summary>Results of several windows: longer than the model's clips of sixteen frames, larger than its 16 x 16 pixels.</summary>
public sealed class LongResultTests(ServedPlatform platform) : IClassFixture<ServedPlatform>
{
    [Fact]
    public async Task Run_PredictionOfFortyFrames_GoesThroughThreeWindowsAndKeepsWhatIsGiven()
    {
        var request = platform.RequestFor(GenerationTask.FramePrediction) with { GivenFrames = 8, Frames = 40, Samples = 2, TopK = 50 };
        var job = await platform.RunAsync(request);

        Assert.Equal((JobState.Succeeded, null), (job.State, job.Error));
        Assert.Equal((12, 12), (job.Step, job.Steps));
        var items = await platform.ItemsOfAsync(job.Id);
        Assert.Equal([7, 8], items.Select(i => i.Recipe.Seed));
        Assert.NotEqual(items[0].Recipe.TokensHash, items[1].Recipe.TokensHash);
        var recipe = items[0].Recipe;
        Assert.Equal((40, 8, 50, true), (recipe.Frames, recipe.GivenFrames, recipe.TopK, recipe.KeepInput));
        var clip = await platform.AssetAsync(items[0].AssetId);
        Assert.Equal((40, 16, 16), (clip.Frames, clip.Width, clip.Height));
        await AssertCloserAsync(clip, 0, 16, given: 7, made: 20);

        // A job of one sample makes the first of the two again: what runs beside it changes nothing.
        var alone = await platform.RunAsync(request with { Samples = 1 });
        Assert.Equal(recipe.TokensHash, Assert.Single(await platform.ItemsOfAsync(alone.Id)).Recipe.TokensHash);
    }

    [Fact]
    public async Task Run_ExtendAResult_BeginsWithItAndNamesItAsParent()
    {
        var first = Assert.Single(await platform.ItemsOfAsync((await platform.RunAsync(platform.RequestFor(GenerationTask.ClassConditional))).Id));
        var job = await platform.RunAsync(platform.RequestFor(GenerationTask.ClassFramePrediction) with
        {
            InputAssetId = first.AssetId,
            GivenFrames = 16,
            Frames = 28,
            Overlap = 8,
        });

        var item = Assert.Single(await platform.ItemsOfAsync(job.Id));
        Assert.Equal([first.AssetId], item.Recipe.Parents);
        Assert.Equal((28, 8, "run"), (item.Recipe.Frames, item.Recipe.Overlap, item.Recipe.ClassName));
        Assert.Equal((8, 8), (job.Step, job.Steps));
        Assert.Equal(28, (await platform.AssetAsync(item.AssetId)).Frames);
    }

    [Fact]
    public async Task Run_OutpaintToACanvas_PutsTheClipWhereItWasAsked()
    {
        var canvas = new GenerationCanvas(36, 24, Left: 4, Top: 8);
        var job = await platform.RunAsync(platform.RequestFor(GenerationTask.OutpaintCentral) with { Canvas = canvas });

        Assert.Equal((JobState.Succeeded, null), (job.State, job.Error));
        var item = Assert.Single(await platform.ItemsOfAsync(job.Id));
        Assert.Equal(canvas, item.Recipe.Canvas);
        var clip = await platform.AssetAsync(item.AssetId);
        Assert.Equal((16, 36, 24), (clip.Frames, clip.Width, clip.Height));
        var made = await VideoReader.ReadAllFramesAsync(platform.PathOf(clip.Sha256), 36, 24, FitMode.CentreCrop, CancellationToken.None);
        var given = await VideoReader.ReadFramesAsync(platform.PathOf(platform.Clip.ProxySha256), 0, 16, 1, 16, 16, FitMode.CentreCrop, CancellationToken.None);
        Assert.True(Distance(made, 9, (4, 8), given, 9) < 0.5 * Distance(made, 9, (18, 0), given, 9), "the clip lies at column 4, row 8");
    }

    [Fact]
    public async Task Run_NothingLeftToGenerate_SaysWhatToDo()
    {
        using var media = new TestMedia();
        var black = media.Make("black.png", "-f", "lavfi", "-i", "color=black:s=32x32", "-frames:v", "1");
        var mask = await platform.Platform.Get<ImportAsset>().ImportMaskAsync(platform.Actor, [black], "black.png", CancellationToken.None);
        var job = await platform.RunAsync(
            platform.RequestFor(GenerationTask.CustomMask) with { Canvas = new GenerationCanvas(16, 16), MaskAssetId = mask.Id });

        Assert.Equal(JobState.Failed, job.State);
        Assert.StartsWith("Nothing is left to generate", job.Error, StringComparison.Ordinal);
    }

    private async Task AssertCloserAsync(Asset clip, int start, int size, int given, int made)
    {
        var result = await VideoReader.ReadAllFramesAsync(platform.PathOf(clip.Sha256), size, size, FitMode.CentreCrop, CancellationToken.None);
        var source = await VideoReader.ReadFramesAsync(platform.PathOf(platform.Clip.ProxySha256), start, 8, 1, size, size, FitMode.CentreCrop, CancellationToken.None);
        Assert.True(Distance(result, given, (0, 0), source, given) < 0.5 * Distance(result, made, (0, 0), source, 7), "what is given is kept");
    }

    // Mean difference in levels between a frame of a result, from a place on, and a whole frame of its source.
    private static double Distance(VideoFrames result, int frame, (int X, int Y) at, VideoFrames source, int sourceFrame)
    {
        var (a, b) = (result.Frame(frame).ToArray(), source.Frame(sourceFrame).ToArray());
        var sum = 0L;
        for (var y = 0; y < source.Height; y++)
        {
            for (var i = 0; i < source.Width * 3; i++)
            {
                sum += Math.Abs(a[((((y + at.Y) * result.Width) + at.X) * 3) + i] - b[(y * source.Width * 3) + i]);
            }
        }

        return sum / (double)b.Length;
    }
}
