using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Magvit.Web.Tests.Harness;
using Xunit;

namespace Magvit.Web.Tests.Api;

public sealed class UploadsApiTests(WebApp app) : IClassFixture<WebApp>
{
    [Fact]
    public async Task Chunks_InterruptedAndOpenedAgain_GoOnWhereTheyStopped()
    {
        var video = await TestMedia.VideoAsync(frames: 30);
        var half = video.Length / 2;
        using var client = await app.ClientAsync(app.Creator);
        var opened = await OpenAsync(client, video.Length);
        var id = opened.Text("id");

        Assert.Equal(half, await OffsetAsync(await PutAsync(client, id, 0, video[..half]), HttpStatusCode.OK));
        var again = await OpenAsync(client, video.Length);
        Assert.Equal((id, (long)half), (again.Text("id"), again.GetProperty("offset").GetInt64()));
        Assert.Equal(half, await OffsetAsync(await PutAsync(client, id, 0, video[..half]), HttpStatusCode.Conflict));
        await (await ImportAsync(client, id)).ReadAsync(HttpStatusCode.Conflict);
        Assert.Equal(video.Length, await OffsetAsync(await PutAsync(client, id, half, video[half..]), HttpStatusCode.OK));

        var asset = await (await ImportAsync(client, id)).ReadAsync(HttpStatusCode.Created);
        Assert.Equal(30, asset.GetProperty("frames").GetInt32());
        Assert.Equal(video, await client.GetByteArrayAsync(asset.Text("contentUrl")));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/v1/uploads/{id}")).StatusCode);
    }

    [Fact]
    public async Task Chunk_PastTheAnnouncedSize_IsRefusedAndCutBack()
    {
        using var client = await app.ClientAsync(app.Creator);
        var id = (await OpenAsync(client, 10)).Text("id");

        await (await PutAsync(client, id, 0, new byte[11])).ReadAsync(HttpStatusCode.BadRequest);

        var state = await (await client.GetAsync($"/api/v1/uploads/{id}")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(0, state.GetProperty("offset").GetInt64());
    }

    [Fact]
    public async Task Upload_OfSomebodyElse_IsNotFound()
    {
        using var client = await app.ClientAsync(app.Creator);
        using var colleague = await app.ClientAsync(app.Admin);
        var id = (await OpenAsync(client, 100)).Text("id");

        Assert.Equal(HttpStatusCode.NotFound, (await PutAsync(colleague, id, 0, [1])).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ImportAsync(colleague, id)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await colleague.GetAsync("/api/v1/uploads/..%2f..%2fetc%2fpasswd")).StatusCode);
    }

    [Theory]
    [InlineData(0, HttpStatusCode.UnprocessableEntity, "empty")]
    [InlineData((2L << 30) + 1, HttpStatusCode.RequestEntityTooLarge, "2048 MiB")]
    public async Task Open_ImpossibleSize_IsRefusedInASentence(long size, HttpStatusCode status, string word)
    {
        using var client = await app.ClientAsync(app.Creator);

        var problem = await (await client.PostAsJsonAsync("/api/v1/uploads", new { key = "k", name = "n.mp4", size })).ReadAsync(status);

        Assert.Contains(word, problem.Text("detail"));
    }

    [Fact]
    public async Task Import_AskedAgain_GivesTheSameAsset()
    {
        var video = await TestMedia.VideoAsync(frames: 5);
        using var client = await app.ClientAsync(app.Creator);
        using var colleague = await app.ClientAsync(app.Admin);
        var id = await SendAsync(client, video, "again.mp4");

        var first = await (await ImportAsync(client, id)).ReadAsync(HttpStatusCode.Created);
        var second = await (await ImportAsync(client, id)).ReadAsync(HttpStatusCode.OK);

        Assert.Equal(first.Text("id"), second.Text("id"));
        Assert.Equal(HttpStatusCode.NotFound, (await ImportAsync(colleague, id)).StatusCode);
        Assert.NotEqual(first.Text("id"), (await (await ImportAsync(client, await SendAsync(client, video, "again.mp4"))).ReadAsync(HttpStatusCode.Created)).Text("id"));
    }

    [Fact]
    public async Task Import_Pictures_TakesTheFrameRate()
    {
        using var client = await app.ClientAsync(app.Creator);
        var ids = new List<string>();
        foreach (var colour in new[] { "red", "green", "blue" })
        {
            ids.Add(await SendAsync(client, await TestMedia.PictureAsync(colour), $"{colour}.png"));
        }

        await (await client.PostAsJsonAsync("/api/v1/uploads/import", new { uploads = ids, name = "row", frameRate = 1000 })).ReadAsync(HttpStatusCode.UnprocessableEntity);
        ids.Clear();
        foreach (var colour in new[] { "red", "green", "blue" })
        {
            ids.Add(await SendAsync(client, await TestMedia.PictureAsync(colour), $"{colour}.png"));
        }

        var asset = await (await client.PostAsJsonAsync("/api/v1/uploads/import", new { uploads = ids, name = "row", frameRate = 24 })).ReadAsync(HttpStatusCode.Created);
        Assert.Equal((3, 24.0), (asset.GetProperty("frames").GetInt32(), asset.GetProperty("frameRate").GetDouble()));
        Assert.Contains("Put 3 pictures in a row, 24 a second.", asset.Texts("notes"));
    }

    [Fact]
    public async Task Unpack_Zip_MakesAnUploadOfEachFile()
    {
        using var client = await app.ClientAsync(app.Creator);
        using var colleague = await app.ClientAsync(app.Admin);
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in new[] { ("a.png", await TestMedia.PictureAsync("red")), ("b.mp4", await TestMedia.VideoAsync(frames: 4)) })
            {
                await using var entry = await archive.CreateEntry(name).OpenAsync(CancellationToken.None);
                await entry.WriteAsync(content);
            }
        }

        var id = await SendAsync(client, zip.ToArray(), "both.zip");
        Assert.Equal(HttpStatusCode.NotFound, (await colleague.PostAsync($"/api/v1/uploads/{id}/unpack", null)).StatusCode);
        var files = (await (await client.PostAsync($"/api/v1/uploads/{id}/unpack", null)).ReadAsync(HttpStatusCode.OK)).GetProperty("files").EnumerateArray().ToList();
        var again = (await (await client.PostAsync($"/api/v1/uploads/{id}/unpack", null)).ReadAsync(HttpStatusCode.OK)).GetProperty("files").EnumerateArray().ToList();

        Assert.Equal(["a.png", "b.mp4"], files.Select(file => file.Text("name")));
        Assert.Equal(files.Select(file => file.Text("id")), again.Select(file => file.Text("id")));
        var asset = await (await ImportAsync(client, files[1].Text("id"))).ReadAsync(HttpStatusCode.Created);
        Assert.Equal(4, asset.GetProperty("frames").GetInt32());
        Assert.Equal(HttpStatusCode.NotFound, (await colleague.DeleteAsync($"/api/v1/uploads/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/api/v1/uploads/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync($"/api/v1/uploads/{id}/unpack", null)).StatusCode);
        var text = await SendAsync(client, "Dear Sir or Madam"u8.ToArray(), "letter.zip");
        Assert.Contains("not a zip", (await (await client.PostAsync($"/api/v1/uploads/{text}/unpack", null)).ReadAsync(HttpStatusCode.UnprocessableEntity)).Text("detail"));
    }

    private static async Task<string> SendAsync(HttpClient client, byte[] content, string name)
    {
        var opened = await (await client.PostAsJsonAsync("/api/v1/uploads", new { key = name, name, size = content.Length })).ReadAsync(HttpStatusCode.OK);
        await (await PutAsync(client, opened.Text("id"), 0, content)).ReadAsync(HttpStatusCode.OK);
        return opened.Text("id");
    }

    private static async Task<JsonElement> OpenAsync(HttpClient client, long size) =>
        await (await client.PostAsJsonAsync("/api/v1/uploads", new { key = "clip.mp4|1", name = "clip.mp4", size })).ReadAsync(HttpStatusCode.OK);

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, string id, long offset, byte[] chunk) =>
        client.PutAsync($"/api/v1/uploads/{id}?offset={offset}", new ByteArrayContent(chunk));

    private static Task<HttpResponseMessage> ImportAsync(HttpClient client, string id) =>
        client.PostAsJsonAsync("/api/v1/uploads/import", new { uploads = new[] { id }, name = "clip.mp4" });

    private static async Task<long> OffsetAsync(HttpResponseMessage response, HttpStatusCode expected) =>
        (await response.ReadAsync(expected)).GetProperty("offset").GetInt64();
}
