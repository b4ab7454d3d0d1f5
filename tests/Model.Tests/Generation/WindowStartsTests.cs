using Magvit.Model.Generation;
using Xunit;

namespace Magvit.Model.Tests.Generation;

public class WindowStartsTests
{
    [Theory]
    [InlineData(40, 0, 16, 16, 4, new[] { 0, 12, 24 })]                         // 16 frames go on to 40: each window takes over 4
    [InlineData(41, 0, 16, 16, 4, new[] { 0, 12, 24, 36 })]
    [InlineData(20, 0, 3, 16, 4, new[] { 0, 12 })]                              // three frames: the first window begins with them
    [InlineData(160, 48, 112, 64, 32, new[] { -16, 16, 48, 80, 112 })]          // 64 columns in the middle of 160
    [InlineData(64, 16, 48, 64, 32, new[] { 0 })]                               // smaller than a window: in its middle
    [InlineData(128, 0, 32, 64, 32, new[] { 0, 32, 64 })]
    [InlineData(100, 0, 100, 64, 32, new[] { 0, 32, 36 })]                      // all known: covered without reaching beyond
    [InlineData(10, 0, 0, 16, 4, new[] { 0 })]
    public void Along_KnownStretch_AnchorsWindowsAtIt(int extent, int from, int to, int size, int overlap, int[] expected) =>
        Assert.Equal(expected, WindowStarts.Along(extent, from, to, size, overlap));

    [Theory]
    [InlineData(37, 5, 9, 8, 3)]
    [InlineData(200, 90, 170, 64, 16)]
    [InlineData(64, 0, 1, 16, 15)]
    public void Along_AnyCanvas_IsCoveredWithoutGaps(int extent, int from, int to, int size, int overlap)
    {
        var starts = WindowStarts.Along(extent, from, to, size, overlap);
        Assert.True(starts[0] <= 0 && starts[^1] + size >= extent);
        Assert.All(starts.Zip(starts.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 1, size - overlap));
    }

    [Fact]
    public void Along_OverlapOfAWholeWindow_Refuses() =>
        Assert.Contains("expected 0 to 15", Assert.Throws<ArgumentOutOfRangeException>(() => WindowStarts.Along(40, 0, 16, 16, 16)).Message, StringComparison.Ordinal);
}
