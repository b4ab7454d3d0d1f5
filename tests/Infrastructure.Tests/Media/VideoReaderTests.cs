using Magvit.Infrastructure.Media;
using Magvit.Testing;
using Xunit;

namespace Magvit.Infrastructure.Tests.Media;

public sealed class VideoReaderTests : IDisposable
{
    private readonly TestMedia _media = new();

    public void Dispose() => _media.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 1)]
    public async Task ReadFramesAsync_StartAndStride_GivesExactlyTheseFrames(int start, int stride)
    {
        var path = _media.MakeCounting("count.mkv", frames: 25);

        var frames = await VideoReader.ReadFramesAsync(path, start, 8, stride, 32, 32, FitMode.CentreCrop, Token);

        Assert.Equal((8, 32, 32), (frames.Count, frames.Height, frames.Width));
        Assert.Equal(8.0 / stride, frames.FrameRateHz);
        Assert.Empty(frames.Notes);
        for (var t = 0; t < frames.Count; t++)
        {
            var expected = (byte)(10 * (start + (t * stride)));
            Assert.All(frames.Frame(t).ToArray(), value => Assert.Equal(expected, value));
        }
    }

    [Fact]
    public async Task ReadFramesAsync_LosslessClip_GivesExactPixels()
    {
        var path = _media.Make("exact.mkv", "-f", "lavfi", "-i", "testsrc2=s=48x40:r=8,format=gbrp", "-frames:v", "4", "-c:v", "ffv1");
        var raw = _media.Make("exact.rgb", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24");

        var frames = await VideoReader.ReadAllFramesAsync(path, 48, 40, FitMode.CentreCrop, Token);

        Assert.Equal(4, frames.Count);
        Assert.Equal(await File.ReadAllBytesAsync(raw, Token), frames.Rgb);
    }

    [Fact]
    public async Task ReadFramesAsync_ThreeFramesForSixteen_RepeatsTheLastAndSaysSo()
    {
        var path = _media.MakeCounting("short.mkv", frames: 3);

        var frames = await VideoReader.ReadFramesAsync(path, 0, 16, 1, 32, 32, FitMode.CentreCrop, Token);

        Assert.Equal(16, frames.Count);
        Assert.Equal([0, 10, 20, 20], new[] { 0, 1, 2, 15 }.Select(t => (int)frames.Frame(t).Span[0]));
        Assert.Contains("3 frames were there; the last was repeated to make 16.", frames.Notes);
    }

    [Fact]
    public async Task ReadFramesAsync_StartBehindTheEnd_SaysSo()
    {
        var path = _media.MakeCounting("short.mkv", frames: 3);

        var exception = await Assert.ThrowsAsync<MediaException>(
            () => VideoReader.ReadFramesAsync(path, 9, 16, 1, 32, 32, FitMode.CentreCrop, Token));

        Assert.Contains("ends before frame 9", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FitMode.CentreCrop, 255, 255)] // the middle third survives, both edges are cut away
    [InlineData(FitMode.Pad, 0, 255)] // black above and below, the whole width inside
    public async Task ReadFramesAsync_WideClip_IsCroppedOrPadded(FitMode fit, int cornerGreen, int middleGreen)
    {
        // Red outer thirds, green middle third.
        var path = _media.Make(
            "wide.mkv", "-f", "lavfi", "-i", "color=red:s=192x64:r=8,format=gbrp,drawbox=x=64:w=64:h=64:y=0:color=0x00ff00:t=fill",
            "-frames:v", "1", "-c:v", "ffv1");

        var frames = await VideoReader.ReadFramesAsync(path, 0, 1, 1, 64, 64, fit, Token);

        Assert.Equal((cornerGreen, middleGreen), (Green(frames, 0, 0), Green(frames, 32, 32)));
        Assert.Single(frames.Notes);
    }

    [Fact]
    public async Task ReadFramesAsync_RotatedPhoneClip_ComesUpright()
    {
        // Stored lying on its side: left half red. Shown turned by 90 degrees, red is above or below.
        var lying = _media.Make(
            "lying.mp4", "-f", "lavfi", "-i", "color=blue:s=64x32:r=8,drawbox=w=32:h=32:color=red:t=fill", "-frames:v", "2", "-c:v", "libx264", "-qp", "0");
        var rotated = _media.Turn(lying, "rotated.mp4");

        var frames = await VideoReader.ReadFramesAsync(rotated, 0, 1, 1, 32, 64, FitMode.CentreCrop, Token);

        var (top, bottom) = (Red(frames, 16, 8), Red(frames, 16, 56));
        Assert.True(Math.Abs(top - bottom) > 200, $"red above {top}, below {bottom}");
        Assert.Empty(frames.Notes);
    }

    [Fact]
    public async Task ReadFramesAsync_WidePixels_AreMadeSquare()
    {
        var path = _media.MakeClip("anamorphic.mp4", 2, 64, 64, "-aspect", "2:1");

        var facts = await MediaProbe.ReadAsync(path, Token);
        var frames = await VideoReader.ReadFramesAsync(path, 0, 1, 1, 128, 64, FitMode.CentreCrop, Token);

        Assert.Equal((128, 64), (facts.DisplayWidth, facts.DisplayHeight));
        Assert.Empty(frames.Notes);
    }

    [Fact]
    public async Task ReadFramesAsync_TransparentImage_IsShownOverWhite()
    {
        var path = _media.Make("glass.png", "-f", "lavfi", "-i", "color=red@0.5:s=32x32,format=rgba", "-frames:v", "1");

        var frames = await VideoReader.ReadFramesAsync(path, 0, 2, 1, 32, 32, FitMode.CentreCrop, Token);

        Assert.Equal(255, Red(frames, 5, 5));
        Assert.InRange(Green(frames, 5, 5), 126, 129);
        Assert.Contains("One frame was there; it was repeated to make 2.", frames.Notes);
    }

    [Fact]
    public async Task ReadAllFramesAsync_Cancelled_KillsTheProcess()
    {
        var path = _media.MakeClip("long.mp4", 3000, 640, 480, "-preset", "ultrafast");
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(400));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => VideoReader.ReadAllFramesAsync(path, 8, 8, FitMode.CentreCrop, cancel.Token));

        Assert.DoesNotContain(path, TestMedia.Run("ps", "-eo", "args"), StringComparison.Ordinal);
    }

    private static int Red(VideoFrames frames, int x, int y) => frames.Rgb[((y * frames.Width) + x) * 3];

    private static int Green(VideoFrames frames, int x, int y) => frames.Rgb[(((y * frames.Width) + x) * 3) + 1];
}
