using Magvit.Web.Media;
using Magvit.Web.Tests.Harness;
using Xunit;

namespace Magvit.Web.Tests.Media;

public sealed class MediaTypeTests
{
    [Fact]
    public async Task Of_RealFiles_ReadsTheBytesAndRewinds()
    {
        using var video = new MemoryStream(await TestMedia.VideoAsync(frames: 2));
        using var picture = new MemoryStream(await TestMedia.PictureAsync("red"));

        Assert.Equal("video/mp4", await MediaType.OfAsync(video, CancellationToken.None));
        Assert.Equal("image/png", await MediaType.OfAsync(picture, CancellationToken.None));
        Assert.Equal(0, video.Position);
    }

    [Theory]
    [InlineData("<html><script>")]
    [InlineData("<svg xmlns=")]
    [InlineData("")]
    public void Of_WhatABrowserCouldRun_IsNeverNamed(string text) =>
        Assert.Equal(MediaType.Unknown, MediaType.Of(System.Text.Encoding.UTF8.GetBytes(text)));
}
