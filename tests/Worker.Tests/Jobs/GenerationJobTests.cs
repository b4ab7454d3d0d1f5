using Magvit.Domain.Assets;
using Magvit.Domain.Decoding;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Infrastructure.Media;
using Xunit;

namespace Magvit.Worker.Tests.Jobs;

/// <summary>Jobs from submission to the gallery, on one worker.</summary>
public sealed class GenerationJobTests(ServedPlatform platform) : IClassFixture<ServedPlatform>
{
    public static TheoryData<GenerationTask> Tasks() => [.. Enum.GetValues<GenerationTask>()];

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task Run_EveryTask_MakesAClipOfSixteenFrames(GenerationTask task)
    {
        var job = await platform.RunAsync(platform.RequestFor(task));

        Assert.Equal((JobState.Succeeded, null), (job.State, job.Error));
        var item = Assert.Single(await platform.ItemsOfAsync(job.Id));
        Assert.Equal((item.AssetId, item.Id), (job.Outputs[0].AssetId, job.Outputs[0].GalleryItemId));
        var clip = await platform.AssetAsync(item.AssetId);
        Assert.Equal((16, 16, 16), (clip.Frames, clip.Width, clip.Height));
        var frames = await VideoReader.ReadAllFramesAsync(platform.PathOf(clip.Sha256), 16, 16, FitMode.CentreCrop, CancellationToken.None);
        Assert.Equal(16, frames.Count);
        Assert.True(File.Exists(platform.PathOf(clip.PosterSha256)));
        Assert.True(File.Exists(platform.PathOf(clip.SheetSha256)));
    }

    [Fact]
    public async Task Run_FramePrediction_EmbedsTheRecipeThatTheGalleryShows()
    {
        var request = platform.RequestFor(GenerationTask.FramePrediction) with { InputStart = 3, Seed = 41 };
        var job = await platform.RunAsync(request);

        var item = Assert.Single(await platform.ItemsOfAsync(job.Id));
        var json = await RecipeMetadata.ReadAsync(platform.PathOf((await platform.AssetAsync(item.AssetId)).Sha256), CancellationToken.None);
        var recipe = Recipe.FromJson(json!);
        Assert.Equal(item.Recipe.ToJson(), recipe.ToJson());
        Assert.Equal((GenerationTask.FramePrediction, 41, 4), (recipe.Task, recipe.Seed, recipe.Steps));
        Assert.Equal((TinyModelFolder.ModelName, platform.Models.TransformerHash), (recipe.Model.Name, recipe.Model.Hash));
        Assert.Equal(new RecipeInput(platform.Clip.Sha256, 3, 1), recipe.Input);

        // The gallery knows what the clip was made from; the recipe counts only generated clips as what it continues.
        Assert.Equal([platform.Clip.Id], item.ParentIds);
        Assert.Empty(recipe.Parents);
    }

    [Fact]
    public async Task Run_SameRequestAgain_MakesTheSameTokens()
    {
        var request = platform.RequestFor(GenerationTask.InpaintCentral);
        var hashes = new List<string>();
        foreach (var again in new[] { request, request, request with { Seed = 8 } })
        {
            hashes.Add(Assert.Single(await platform.ItemsOfAsync((await platform.RunAsync(again)).Id)).Recipe.TokensHash);
        }

        Assert.Equal(hashes[0], hashes[1]);
        Assert.NotEqual(hashes[0], hashes[2]);
    }

    [Fact]
    public async Task Run_TwoSamples_MakesTwoDifferentClipsOfTwoSeeds()
    {
        var job = await platform.RunAsync(platform.RequestFor(GenerationTask.ClassConditional) with { Samples = 2 });

        var items = await platform.ItemsOfAsync(job.Id);
        Assert.Equal([7, 8], items.Select(i => i.Recipe.Seed));
        Assert.All(items, i => Assert.Equal(TinyModelFolder.Guidance, i.Recipe.Guidance));
        Assert.NotEqual(items[0].Recipe.TokensHash, items[1].Recipe.TokensHash);
        Assert.Equal([(0, items[0].Id), (1, items[1].Id)], job.Outputs.OrderBy(o => o.Index).Select(o => (o.Index, o.GalleryItemId!.Value)));
    }

    [Fact]
    public async Task Run_KeepInput_PutsTheKnownPixelsBack()
    {
        var given = await FirstFrameAsync(platform.Clip.ProxySha256);
        var differences = new List<double>();
        foreach (var keep in new[] { true, false })
        {
            var request = platform.RequestFor(GenerationTask.FramePrediction) with { KeepInput = keep };
            var item = Assert.Single(await platform.ItemsOfAsync((await platform.RunAsync(request)).Id));
            Assert.Equal(0, item.Recipe.Guidance); // A task without a class.
            var made = await FirstFrameAsync((await platform.AssetAsync(item.AssetId)).Sha256);
            differences.Add(made.Zip(given, (a, b) => Math.Abs(a - b)).Average());
        }

        // What the encoder leaves of a saturated test picture of 16x16, against what an untrained network makes.
        Assert.True(differences[0] < 0.5 * differences[1], $"The first frame differs by {differences[0]} levels kept, by {differences[1]} generated.");
    }

    [Fact]
    public async Task Run_Done_ShowsTheResultAndKeepsNoFileThatNothingNames()
    {
        var before = platform.CountArtifacts();
        var job = await platform.RunAsync(platform.RequestFor(GenerationTask.OutpaintCentral) with { Steps = 12, Seed = 99 });

        var item = Assert.Single(await platform.ItemsOfAsync(job.Id));
        Assert.Equal((await platform.AssetAsync(item.AssetId)).SheetSha256, job.PreviewHash);
        var steps = await DecodingHistoryFile.FindAsync(platform.Platform.Get<IArtifactStore>(), Assert.Single(job.Outputs).StepsSha256!, CancellationToken.None);
        var previews = steps!.Steps.Count(step => step.Preview is not null);
        await WorkerPlatform.UntilAsync(
            () => Task.FromResult(platform.CountArtifacts() == before + 4 + previews), "clip, poster, filmstrip, steps and their previews alone are left");
    }

    [Fact]
    public async Task Run_FourJobsAtOnce_MakeTheTokensThatEachMakesAlone()
    {
        var requests = new[] { GenerationTask.FramePrediction, GenerationTask.ClassConditional, GenerationTask.InpaintCentral, GenerationTask.CustomMask }
            .Select((task, i) => platform.RequestFor(task) with { Seed = 100 + i, Steps = 8 + i, Samples = 1 + i % 2 }).ToList();
        var alone = new List<string[]>();
        foreach (var request in requests)
        {
            alone.Add(await TokensAsync((await platform.RunAsync(request)).Id));
        }

        var ids = new List<Guid>();
        foreach (var request in requests)
        {
            ids.Add(await platform.SubmitAsync(request));
        }

        for (var i = 0; i < ids.Count; i++)
        {
            Assert.Equal(JobState.Succeeded, (await platform.UntilFinishedAsync(ids[i])).State);
            Assert.Equal(alone[i], await TokensAsync(ids[i]));
        }
    }

    private async Task<string[]> TokensAsync(Guid jobId) => [.. (await platform.ItemsOfAsync(jobId)).Select(i => i.Recipe.TokensHash)];

    private async Task<byte[]> FirstFrameAsync(ContentHash hash) =>
        (await VideoReader.ReadFramesAsync(platform.PathOf(hash), 0, 1, 1, 16, 16, FitMode.CentreCrop, CancellationToken.None)).Rgb;
}
