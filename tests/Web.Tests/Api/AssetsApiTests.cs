using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Magvit.Web.Tests.Harness;
using Xunit;

namespace Magvit.Web.Tests.Api;

public sealed class AssetsApiTests(WebApp app) : IClassFixture<WebApp>
{
    [Fact]
    public async Task Upload_Video_AnswersFactsAndServesRanges()
    {
        var video = await TestMedia.VideoAsync();
        using var client = await app.ClientAsync(app.Creator);

        var asset = await (await client.PostAsync("/api/v1/assets", Form(("clip.mp4", video)))).ReadAsync(HttpStatusCode.Created);

        Assert.Equal("video", asset.Text("kind"));
        Assert.Equal("clip.mp4", asset.Text("name"));
        Assert.Equal((24, 96, 64), (Number(asset, "frames"), Number(asset, "width"), Number(asset, "height")));
        var content = await client.GetAsync(asset.Text("contentUrl"));
        Assert.Equal(video, await content.Content.ReadAsByteArrayAsync());
        Assert.Equal("video/mp4", content.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", content.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Contains("sandbox", Assert.Single(content.Headers.GetValues("Content-Security-Policy")));

        using var part = new HttpRequestMessage(HttpMethod.Get, asset.Text("proxyUrl"));
        part.Headers.Range = new RangeHeaderValue(4, 7);
        using var answer = await client.SendAsync(part);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal("ftyp", await answer.Content.ReadAsStringAsync());

        foreach (var picture in new[] { "posterUrl", "sheetUrl" })
        {
            Assert.Equal("image/png", (await client.GetAsync(asset.Text(picture))).Content.Headers.ContentType!.MediaType);
        }
    }

    [Fact]
    public async Task List_Kinds_AnswersThoseOfTheWorkspaceNewestFirst()
    {
        var older = await app.Platform.AddAssetAsync(app.Creator);
        var newer = await app.Platform.AddAssetAsync(app.Creator);
        using var client = await app.ClientAsync(app.Viewer);

        var first = await (await client.GetAsync("/api/v1/assets?kind=video&take=1")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(newer.Id.ToString(), Assert.Single(first.GetProperty("items").EnumerateArray()).Text("id"));
        var second = await (await client.GetAsync($"/api/v1/assets?kind=video&take=1&cursor={first.Text("next")}")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(older.Id.ToString(), Assert.Single(second.GetProperty("items").EnumerateArray()).Text("id"));
        Assert.Empty((await (await client.GetAsync("/api/v1/assets?kind=mask")).ReadAsync(HttpStatusCode.OK)).GetProperty("items").EnumerateArray());

        var problem = await (await client.GetAsync("/api/v1/assets?kind=sound")).ReadAsync(HttpStatusCode.BadRequest);
        Assert.Contains("video", problem.GetProperty("errors")[0].Texts("allowed"));
    }

    [Fact]
    public async Task Upload_SeveralImages_BecomeOneClip()
    {
        using var client = await app.ClientAsync(app.Creator);
        var form = Form(
            ("a.png", await TestMedia.PictureAsync("red")), ("b.png", await TestMedia.PictureAsync("green")), ("c.png", await TestMedia.PictureAsync("blue")));

        var asset = await (await client.PostAsync("/api/v1/assets", form)).ReadAsync(HttpStatusCode.Created);

        Assert.Equal("image", asset.Text("kind"));
        Assert.Equal(3, Number(asset, "frames"));
    }

    public static TheoryData<string, byte[]> Refused => new()
    {
        { "empty.mp4", [] },
        { "text.mp4", "This is not a video, whatever its name says."u8.ToArray() },
        { "page.html", "<script>alert(1)</script>"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Upload_NotAVideo_IsRefusedInASentence(string name, byte[] bytes)
    {
        using var client = await app.ClientAsync(app.Creator);

        var problem = await (await client.PostAsync("/api/v1/assets", Form((name, bytes)))).ReadAsync(HttpStatusCode.UnprocessableEntity);

        Assert.True(problem.Text("detail").Length > 20, problem.Text("detail"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(app.Platform.DataPath, "uploads")));
    }

    [Fact]
    public async Task Upload_TruncatedVideo_IsRefusedInASentence()
    {
        using var client = await app.ClientAsync(app.Creator);
        var video = await TestMedia.VideoAsync();

        var problem = await (await client.PostAsync("/api/v1/assets", Form(("cut.mp4", video[..(video.Length / 3)]))))
            .ReadAsync(HttpStatusCode.UnprocessableEntity);

        Assert.NotEmpty(problem.Text("detail"));
    }

    [Fact]
    public async Task Upload_NoFile_SaysHowToSendOne()
    {
        using var client = await app.ClientAsync(app.Creator);

        var none = await (await client.PostAsync("/api/v1/assets", new StringContent("{}", Encoding.UTF8, "application/json"))).ReadAsync(HttpStatusCode.BadRequest);
        var wrongField = await (await client.PostAsync("/api/v1/assets", new MultipartFormDataContent { { new ByteArrayContent([1]), "video", "x.mp4" } }))
            .ReadAsync(HttpStatusCode.BadRequest);

        Assert.Contains("multipart", none.Text("detail"));
        Assert.Contains("'file'", wrongField.Text("detail"));
    }

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static MultipartFormDataContent Form(params (string Name, byte[] Bytes)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, bytes) in files)
        {
            form.Add(new ByteArrayContent(bytes), "file", name);
        }

        return form;
    }
}
