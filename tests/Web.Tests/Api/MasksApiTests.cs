using System.Net;
using System.Security.Cryptography;
using System.Text;
using Magvit.Web.Tests.Harness;
using Xunit;

namespace Magvit.Web.Tests.Api;

public sealed class MasksApiTests(WebApp app) : IClassFixture<WebApp>
{
    [Fact]
    public async Task Store_BitmapsOfSixteenFrames_KeepsThemByteForByte()
    {
        var file = Bitmaps(frames: 16, side: 64);
        using var client = await app.ClientAsync(app.Creator);

        var asset = await (await client.PostAsync("/api/v1/masks", new ByteArrayContent(file))).ReadAsync(HttpStatusCode.Created);

        Assert.Equal("mask", asset.Text("kind"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), asset.Text("sha256"));
        Assert.Equal("16x64x64", $"{asset.GetProperty("frames")}x{asset.GetProperty("height")}x{asset.GetProperty("width")}");
        Assert.Equal(file, await client.GetByteArrayAsync(asset.Text("contentUrl")));
    }

    [Fact]
    public async Task Store_Nonsense_SaysWhatIsWrong()
    {
        using var client = await app.ClientAsync(app.Creator);

        var problem = await (await client.PostAsync("/api/v1/masks", new ByteArrayContent("P4 and no bitmap"u8.ToArray()))).ReadAsync(HttpStatusCode.UnprocessableEntity);

        Assert.NotEmpty(problem.Text("detail"));
    }

    [Fact]
    public async Task Store_Viewer_IsRefused()
    {
        using var client = await app.ClientAsync(app.Viewer);

        using var answer = await client.PostAsync("/api/v1/masks", new ByteArrayContent(Bitmaps(1, 8)));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    /// <summary>One PBM picture a frame, its left part white and growing.</summary>
    private static byte[] Bitmaps(int frames, int side) =>
        [.. Enumerable.Range(0, frames).SelectMany(frame => Encoding.ASCII.GetBytes($"P4\n{side} {side}\n").Concat(
            Enumerable.Range(0, side * side / 8).Select(i => (byte)(i % (side / 8) * 8 > frame * 4 ? 0xFF : 0x0F))))];
}
