using Magvit.Model.Checkpoints;
using Magvit.Model.Training;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Training;

public sealed class ClipDatasetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-clips-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Whichever clip is held out, one part has one class alone; a label must not depend on that.
    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(1)]
    public void Split_FewClips_HoldsOutAtLeastOneAndLabelsByAllClasses(int oneIn)
    {
        using var clips = TinyClips.Make(_folder, "jump/a", "run/b");
        var (train, heldOut) = clips.Split(oneIn);

        Assert.Equal((1, 1), (train.Count, heldOut.Count));
        foreach (var part in new[] { train, heldOut })
        {
            Assert.Equal(["jump", "run"], part.ClassNames);
            Assert.Equal(part.Name(0) == "jump/a" ? 0 : 1, part.Label(0));
        }
    }

    [Fact]
    public void Split_OneClip_SaysWhatIsNeeded()
    {
        using var clips = TinyClips.Make(_folder, "jump/a");
        Assert.Contains("at least two", Assert.Throws<InvalidDataException>(() => clips.Split()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batch_SameSeedAndStep_IsTheSameBatch()
    {
        using var clips = TinyClips.Make(_folder, "jump/a", "jump/b", "run/c");
        var (first, labels) = clips.Batch(5, 2, 16, seed: 1);
        var (again, labelsAgain) = clips.Batch(5, 2, 16, seed: 1);
        using (first)
        using (again)
        {
            Assert.Equal([2L, 3, 16, 16, 16], first.shape);
            Assert.Equal(0, (first - again).abs().max().ToDouble());
            Assert.Equal(labels, labelsAgain);
        }
    }

    // Bytes divided by 255 where they are computed with: the same numbers to the last bit as dividing them one by one.
    [Fact]
    public void Batch_OnADevice_HasTheBytesOfTheClips()
    {
        using var scope = NewDisposeScope();
        using var clips = TinyClips.Make(_folder, "jump/a", "run/b");
        var (batch, _) = clips.Batch(3, 2, 16, seed: 1, CPU);
        var bytes = clips.ReadPixels(clips.Windows(3, 2, 16, seed: 1), 16);
        Assert.True(bytes.Distinct().Count() > 8, "all pixels look alike: the test proves nothing");
        Assert.Equal(Array.ConvertAll(bytes, b => b / 255f), batch.data<float>().ToArray());
    }

    [Fact]
    public void Batch_AnEpoch_TakesEveryClipOnce()
    {
        using var clips = TinyClips.Make(_folder, "a/a", "b/b", "c/c", "d/d");
        var labels = Enumerable.Range(0, 2).SelectMany(step => clips.Batch(step, 2, 16, seed: 9).Labels);
        Assert.Equal([0, 1, 2, 3], labels.Order());
    }

    // Steps one after the other are read ahead, in disorder they are not; the seed and the step alone decide.
    [Fact]
    public void Batch_ReadAheadOrNot_IsTheSame()
    {
        using var scope = NewDisposeScope();
        using var clips = TinyClips.Make(_folder, "a/a", "b/b", "c/c");
        using var again = TinyClips.Make(_folder, "a/a", "b/b", "c/c");
        var inOrder = Enumerable.Range(0, 4).Select(step => clips.Batch(step, 2, 16, seed: 4).Clips).ToList();
        foreach (var step in new[] { 3, 0, 2, 1 })
        {
            AssertSame(again.Batch(step, 2, 16, seed: 4).Clips, inOrder[step]);
        }
    }

    [Fact]
    public void Window_StrideAndFlip_TakeTheFramesTheyName()
    {
        using var scope = NewDisposeScope();
        using var clips = TinyClips.Make(_folder, "a/a");
        var all = clips.Window(0, 0, 20);                                        // [1, 3, 20, 16, 16]
        using var strided = clips.With(new ClipSampling { FrameStride = 3 });

        AssertSame(all.index_select(2, tensor(new long[] { 1, 4, 7, 10, 13, 16 })), strided.Window(0, 1, 6));
        AssertSame(all.narrow(2, 4, 2).flip([4]), clips.Read([new ClipWindow(0, 4, true)], 2));
        var longer = strided.Window(0, 0, 10);                                   // frames 0 to 18, then the last again
        AssertSame(longer.select(2, 6), longer.select(2, 7));
        Assert.Throws<ArgumentOutOfRangeException>(() => clips.Window(0, 20, 1));
    }

    [Fact]
    public void Windows_FlipAndFixedStart_AreWhatTheyPromise()
    {
        using var clips = TinyClips.Make(_folder, "a/a", "a/b");
        using var flipped = clips.With(new ClipSampling { Flip = true });
        using var still = clips.With(new ClipSampling { RandomStart = false });

        var windows = flipped.Windows(0, 200, 16, seed: 1);
        Assert.InRange(windows.Count(w => w.IsFlipped), 70, 130);                 // a fair coin 200 times: four deviations
        Assert.Equal(clips.Windows(0, 200, 16, seed: 1).Select(w => (w.Clip, w.Start)), windows.Select(w => (w.Clip, w.Start)));
        Assert.Equal([0, 1, 2, 3, 4], windows.Select(w => w.Start).Distinct().Order());
        Assert.All(still.Windows(0, 200, 16, seed: 1), w => Assert.Equal((0, false), (w.Start, w.IsFlipped)));
        Assert.True(still.Sampling.IsFixed);
        Assert.False(flipped.Split().HeldOut.Sampling.Flip);
    }

    [Fact]
    public void Split_CacheThatSaysWhatIsHeldOut_IsFollowed()
    {
        using var clips = Cache(("a/a", "train"), ("a/b", "held-out"), ("b/c", "train"));
        var (train, heldOut) = clips.Split();
        Assert.Equal(["a/a", "b/c"], Enumerable.Range(0, train.Count).Select(train.Name));
        Assert.Equal("a/b", heldOut.Name(0));
        Assert.Equal([false, true, false], Enumerable.Range(0, 3).Select(clips.IsHeldOut));
    }

    [Fact]
    public void Split_CacheThatHoldsNothingOut_SaysSo()
    {
        using var clips = Cache(("a/a", "train"), ("a/b", "train"));
        Assert.Contains("one part", Assert.Throws<InvalidDataException>(() => clips.Split()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CacheWriter_NotCompleted_LeavesNothing()
    {
        using (var writer = new ClipCacheWriter(Path.Combine(_folder, "c.safetensors"), ["a/a"], 4, 4))
        {
            writer.Add("a/a", new byte[48]);
            Assert.Contains("4x4", Assert.Throws<ArgumentException>(() => writer.Add("a/b", new byte[47])).Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Fingerprint_DependsOnTheClipsAndNothingElse()
    {
        using var clips = TinyClips.Make(_folder, "a/a", "a/b");
        using var again = TinyClips.Make(_folder, "a/a", "a/b");
        using var renamed = TinyClips.Make(_folder, "a/a", "a/c");
        Assert.Equal(clips.Fingerprint, again.Fingerprint);
        Assert.NotEqual(clips.Fingerprint, renamed.Fingerprint);
        Assert.NotEqual(clips.Fingerprint, clips.Split().Train.Fingerprint);
    }

    [Fact]
    public void Load_FileOfOtherTensors_SaysWhatItExpects()
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(_folder, "weights.safetensors");
        SafeTensors.Write(path, new Dictionary<string, Tensor> { ["a/a"] = ones([2, 4, 4, 3]) });
        Assert.Contains("uint8 [F, H, W, 3]", Assert.Throws<InvalidDataException>(() => ClipDataset.Load(path)).Message, StringComparison.Ordinal);
    }

    private static void AssertSame(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(0, (expected - actual).abs().max().ToDouble());
    }

    private ClipDataset Cache(params (string Name, string Split)[] clips)
    {
        var path = Path.Combine(_folder, "split.safetensors");
        using (var writer = new ClipCacheWriter(path, clips.Select(c => c.Name), 4, 4))
        {
            foreach (var (name, split) in clips)
            {
                writer.Add(name, new byte[3 * 4 * 4 * 2], split);
            }

            writer.Complete();
        }

        return ClipDataset.Load(path);
    }
}
