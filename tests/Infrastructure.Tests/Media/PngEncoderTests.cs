using Magvit.Infrastructure.Media;
using Magvit.Testing;
using Xunit;

namespace Magvit.Infrastructure.Tests.Media;

public sealed class PngEncoderTests : IDisposable
{
    private readonly TestMedia _media = new();

    public void Dispose() => _media.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(64, 48)]
    [InlineData(300, 200)]
    public async Task Encode_AnyPicture_IsReadBackExactly(int width, int height)
    {
        var rgb = new byte[width * height * 3];
        new Random(width).NextBytes(rgb);
        rgb.AsSpan(0, rgb.Length / 2).Fill(77); // one half flat, one half noise: every predictor gets its turn

        var path = _media.Write("picture.png", PngEncoder.Encode(rgb, width, height, "{}"));

        var raw = _media.Make("picture.rgb", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24");
        Assert.Equal(rgb, await File.ReadAllBytesAsync(raw, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Encode_WrongNumberOfBytes_SaysHowManyWereExpected()
    {
        var exception = Assert.Throws<ArgumentException>(() => PngEncoder.Encode(new byte[5], 2, 1));

        Assert.Contains("expected 6 bytes for 2x1, got 5", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_CheckString_IsThePublishedValue() =>
        Assert.Equal(0xCBF43926u, Crc32.Of("1234"u8, "56789"u8)); // the CRC-32 check value of "123456789"

    /// <summary>The frames next to each other, by plain indexing.</summary>
    internal static byte[] SideBySide(VideoFrames frames)
    {
        var sheet = new byte[frames.Rgb.Length];
        for (var i = 0; i < sheet.Length; i++)
        {
            var (x, y) = (i / 3 % (frames.Width * frames.Count), i / 3 / (frames.Width * frames.Count));
            sheet[i] = frames.Frame(x / frames.Width).Span[(((y * frames.Width) + (x % frames.Width)) * 3) + (i % 3)];
        }

        return sheet;
    }
}
