using Magvit.Infrastructure.Media;
using Magvit.Testing;
using Xunit;

namespace Magvit.Infrastructure.Tests.Media;

public sealed class FilmstripTests : IDisposable
{
    private readonly TestMedia _media = new();

    public void Dispose() => _media.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(25)]
    [InlineData(64)]
    public void FrameOf_FewFrames_IsTheFrameItself(int frames) =>
        Assert.All(Enumerable.Range(0, frames), tile => Assert.Equal(tile, Filmstrip.FrameOf(tile, frames)));

    [Fact]
    public async Task DrawAsync_LongClip_ShowsTheFramesThatFrameOfNames()
    {
        const int frames = 200;
        var path = _media.Make(
            "long.mkv", "-f", "lavfi", "-i", "color=black:s=32x32:r=8,format=gbrp,geq=r=N:g=N:b=N", "-frames:v", $"{frames}", "-c:v", "ffv1");

        var strip = _media.Write("strip.png", await Filmstrip.DrawAsync(path, await MediaProbe.ReadAsync(path, TestContext.Current.CancellationToken), frames, TestContext.Current.CancellationToken));

        var raw = await File.ReadAllBytesAsync(
            _media.Make("strip.rgb", "-i", strip, "-f", "rawvideo", "-pix_fmt", "rgb24"), TestContext.Current.CancellationToken);
        Assert.Equal(64 * 96 * 96 * 3, raw.Length);
        Assert.All(Enumerable.Range(0, 64), tile => Assert.Equal(Filmstrip.FrameOf(tile, frames), raw[tile * 96 * 3]));
    }
}
