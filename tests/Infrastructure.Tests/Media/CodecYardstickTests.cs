using Magvit.Infrastructure.Media;
using Xunit;

namespace Magvit.Infrastructure.Tests.Media;

public class CodecYardstickTests
{
    [Fact]
    public async Task EncodeAsync_MoreBytes_GiveABetterPictureWithinTheBudget()
    {
        var clip = Gradient(frames: 4);
        var few = await CodecYardstick.EncodeAsync(clip, 300, CodecMode.WholeStream, TestContext.Current.CancellationToken);
        var many = await CodecYardstick.EncodeAsync(clip, 3000, CodecMode.WholeStream, TestContext.Current.CancellationToken);
        var free = await CodecYardstick.EncodeAsync(clip, 300, CodecMode.PicturesAlone, TestContext.Current.CancellationToken);

        Assert.All([few, many, free], r => Assert.Equal((clip.Count, clip.Height, clip.Width), (r.Frames.Count, r.Frames.Height, r.Frames.Width)));
        Assert.True(few is { Fits: true, Bytes: > 100 and <= 300 }, $"{few.Bytes} bytes");
        Assert.True(many is { Fits: true, Bytes: > 300 and <= 3000 }, $"{many.Bytes} bytes");
        Assert.True(Error(clip, many.Frames) < Error(clip, few.Frames));
        Assert.True(Error(clip, free.Frames) < Error(clip, few.Frames), "without parameter sets there is more room for pictures");
        Assert.True(Error(clip, many.Frames) < 20, $"colours are kept: mean squared error {Error(clip, many.Frames)} of 255^2");
    }

    [Fact]
    public async Task EncodeAsync_BudgetThatNoQualityMeets_SaysSo()
    {
        var result = await CodecYardstick.EncodeAsync(Gradient(frames: 2), 20, CodecMode.WholeStream, TestContext.Current.CancellationToken);
        Assert.False(result.Fits);
        Assert.True(result.Bytes > 20);
    }

    // Units of types 32 (video parameters), 1 (a picture) and 39 (a message), with start codes of three and four bytes.
    [Fact]
    public void CountedBytes_StreamMadeByHand_LeavesParametersOut()
    {
        byte[] stream = [0, 0, 1, 64, 1, 9, 9, 0, 0, 1, 2, 1, 7, 7, 7, 0, 0, 1, 78, 1, 5];
        Assert.Equal(21, CodecYardstick.CountedBytes(stream, CodecMode.WholeStream));
        Assert.Equal(8, CodecYardstick.CountedBytes(stream, CodecMode.PicturesAlone));
    }

    private static VideoFrames Gradient(int frames)
    {
        const int Side = 64;
        var rgb = new byte[frames * Side * Side * 3];
        var random = new Random(1);
        for (var i = 0; i < rgb.Length / 3; i++)
        {
            var (t, y, x) = (i / (Side * Side), i / Side % Side, i % Side);
            var texture = random.Next(-12, 13);
            rgb[3 * i] = (byte)Math.Clamp((3 * x) + (4 * t) + texture, 0, 255);
            rgb[(3 * i) + 1] = (byte)Math.Clamp((3 * y) + texture, 0, 255);
            rgb[(3 * i) + 2] = (byte)Math.Clamp(200 - (2 * x) + texture, 0, 255);
        }

        return new VideoFrames(rgb, frames, Side, Side, 16, []);
    }

    private static double Error(VideoFrames a, VideoFrames b) => a.Rgb.Zip(b.Rgb, (x, y) => (double)(x - y) * (x - y)).Average();
}
