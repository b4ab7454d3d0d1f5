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
}
