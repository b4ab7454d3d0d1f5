using Xunit;

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

    [Fact]
    public void Batch_AnEpoch_TakesEveryClipOnce()
    {
        using var clips = TinyClips.Make(_folder, "a/a", "b/b", "c/c", "d/d");
        var labels = Enumerable.Range(0, 2).SelectMany(step => clips.Batch(step, 2, 16, seed: 9).Labels);
        Assert.Equal([0, 1, 2, 3], labels.Order());
    }
}
