using System.Collections.Concurrent;
using Magvit.Model.Training;
using Magvit.Testing;
using Magvit.Worker.Training;
using Xunit;

namespace Magvit.Worker.Tests.Training;

public sealed class ClipCacheTests : IDisposable
{
    private readonly TestMedia _media = new();
    private readonly ConcurrentQueue<string> _reports = new();

    public void Dispose() => _media.Dispose();

    [Fact]
    public async Task EnsureAsync_BrokenFileAmongClips_SkipsItAndSaysSo()
    {
        MakeClips();
        _media.Write("data/run/broken.mp4", [1, 2, 3]);

        using var clips = ClipDataset.Load(await EnsureAsync());

        Assert.Equal((8, 2), (clips.Count, clips.ClassNames.Count));
        Assert.Equal(["jump", "run"], clips.ClassNames);
        Assert.Equal([3L, 16, 16, 16], clips.Window(0, 0, 16).shape[1..]);
        Assert.Single(_reports, r => r.StartsWith("skipped run/broken: ", StringComparison.Ordinal));
        Assert.Single(_reports, r => r == "decoded 8 clips to 16x16, skipped 1");
    }

    [Fact]
    public async Task EnsureAsync_Again_DecodesNothingUntilTheFolderChanges()
    {
        MakeClips();
        var first = await EnsureAsync();
        var written = File.GetLastWriteTimeUtc(first);
        _reports.Clear();

        Assert.Equal(first, await EnsureAsync());
        Assert.Equal(written, File.GetLastWriteTimeUtc(first));
        Assert.Empty(_reports);

        _media.MakeClip("data/run/new.mp4", frames: 4);
        Assert.NotEqual(first, await EnsureAsync());
    }

    [Fact]
    public async Task EnsureAsync_NoVideo_SaysWhatIsMissing()
    {
        Directory.CreateDirectory(_media.PathOf("data"));
        var exception = await Assert.ThrowsAsync<InvalidDataException>(EnsureAsync);
        Assert.Contains("no readable video", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Split_TwiceFromTheSameCache_HoldsOutTheSameClips()
    {
        MakeClips();
        var path = await EnsureAsync();
        using var clips = ClipDataset.Load(path);
        using var again = ClipDataset.Load(path);

        var (train, heldOut) = clips.Split(oneIn: 3);
        var (trainAgain, heldOutAgain) = again.Split(oneIn: 3);

        Assert.Equal(Names(train), Names(trainAgain));
        Assert.Equal(Names(heldOut), Names(heldOutAgain));
        Assert.Equal(8, Names(train).Concat(Names(heldOut)).Distinct().Count());
    }

    [Fact]
    public async Task EnsureAsync_Manifest_KeepsItsClassesAndSplit()
    {
        MakeClips();
        File.WriteAllLines(_media.PathOf("data/set.csv"),
            ["file,class,split", "jump/0.mp4,up,train", "jump/1.mp4,up,test", "run/0.mp4,along,train", "run/gone.mp4,along,train"]);

        var path = await ClipCache.EnsureAsync(_media.PathOf("data/set.csv"), _media.PathOf("cache"), 16, 16, _reports.Enqueue, CancellationToken.None);
        using var clips = ClipDataset.Load(path);
        var (train, heldOut) = clips.Split();

        Assert.Equal(["along", "up"], clips.ClassNames);
        Assert.Equal(["along/run/0", "up/jump/0"], Names(train));
        Assert.Equal(["up/jump/1"], Names(heldOut));
        Assert.Single(_reports, r => r == "skipped along/run/gone: The file does not exist.");
        Assert.NotEqual(path, await EnsureAsync());
    }

    private static List<string> Names(ClipDataset clips) => [.. Enumerable.Range(0, clips.Count).Select(clips.Name)];

    private Task<string> EnsureAsync() => ClipCache.EnsureAsync(_media.PathOf("data"), _media.PathOf("cache"), 16, 16, _reports.Enqueue, CancellationToken.None);

    private void MakeClips()
    {
        foreach (var name in new[] { "jump", "run" })
        {
            Directory.CreateDirectory(_media.PathOf($"data/{name}"));
            for (var i = 0; i < 4; i++)
            {
                _media.MakeClip($"data/{name}/{i}.mp4", frames: 18 + i, width: 32, height: 32);
            }
        }
    }
}
