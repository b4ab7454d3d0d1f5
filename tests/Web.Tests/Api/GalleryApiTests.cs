using System.Net;
using Magvit.Domain.Assets;
using Magvit.Domain.Gallery;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Media;
using Magvit.Testing;
using Magvit.Web.Tests.Harness;
using Xunit;

namespace Magvit.Web.Tests.Api;

public sealed class GalleryApiTests(WebApp app) : IClassFixture<WebApp>
{
    [Theory]
    [InlineData("mp4", "video/mp4")]
    [InlineData("webm", "video/webm")]
    [InlineData("gif", "image/gif")]
    [InlineData("png", "image/png")]
    public async Task Download_EachFormat_CarriesTheRecipe(string format, string contentType)
    {
        var item = await AddResultAsync(app.Creator);
        using var client = await app.ClientAsync(app.Viewer);

        using var response = await client.GetAsync($"/api/v1/gallery/{item.Id}/download?format={format}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(contentType, response.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith("." + format, response.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        var path = Path.Combine(app.Platform.DataPath, $"{Guid.NewGuid():N}.{format}");
        await File.WriteAllBytesAsync(path, await response.Content.ReadAsByteArrayAsync());
        var recipe = await RecipeMetadata.ReadAsync(path, CancellationToken.None);
        Assert.Equal(item.Recipe, Recipe.FromJson(recipe!));
    }

    [Theory]
    [InlineData("mp4")]
    [InlineData("webm")]
    [InlineData("gif")]
    [InlineData("png")]
    public async Task Download_WithoutRecipe_HoldsThePicturesAlone(string format)
    {
        var item = await AddResultAsync(app.Creator);
        using var client = await app.ClientAsync(app.Viewer);

        var with = await SaveAsync(client, $"/api/v1/gallery/{item.Id}/download?format={format}", format);
        var without = await SaveAsync(client, $"/api/v1/gallery/{item.Id}/download?format={format}&recipe=false", format);

        Assert.Null(await RecipeMetadata.ReadAsync(without, CancellationToken.None));
        Assert.DoesNotContain("schemaVersion", System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(without)), StringComparison.Ordinal);
        Assert.NotNull(await RecipeMetadata.ReadAsync(with, CancellationToken.None));
        if (format == "mp4")
        {
            var pictures = await Task.WhenAll(new[] { with, without }.Select(path =>
                VideoReader.ReadAllFramesAsync(path, 64, 64, FitMode.CentreCrop, CancellationToken.None)));
            Assert.Equal(pictures[0].Rgb.ToArray(), pictures[1].Rgb.ToArray());
        }
    }

    [Fact]
    public async Task Download_UnknownFormat_ListsTheFormats()
    {
        var item = await AddResultAsync(app.Creator);
        using var client = await app.ClientAsync(app.Viewer);

        var problem = await (await client.GetAsync($"/api/v1/gallery/{item.Id}/download?format=avi")).ReadAsync(HttpStatusCode.BadRequest);

        Assert.Equal(["mp4", "webm", "gif", "png"], problem.GetProperty("errors")[0].Texts("allowed"));
    }

    [Fact]
    public async Task Gallery_OfAnotherWorkspace_IsNotFound()
    {
        var item = await AddResultAsync(app.Creator);
        using var stranger = await app.ClientAsync(app.Stranger);

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/api/v1/gallery/{item.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/api/v1/gallery/{item.Id}/download")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.DeleteAsync($"/api/v1/gallery/{item.Id}")).StatusCode);
        Assert.Empty((await (await stranger.GetAsync("/api/v1/gallery")).ReadAsync(HttpStatusCode.OK)).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task DeleteAndRestore_OwnResult_LeavesAndComesBack()
    {
        var item = await AddResultAsync(app.Creator);
        using var client = await app.ClientAsync(app.Creator);

        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/api/v1/gallery/{item.Id}")).StatusCode);
        Assert.DoesNotContain(item.Id.ToString(), await client.GetStringAsync("/api/v1/gallery"));
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync($"/api/v1/gallery/{item.Id}/restore", null)).StatusCode);
        Assert.Contains(item.Id.ToString(), await client.GetStringAsync("/api/v1/gallery"));
    }

    private async Task<string> SaveAsync(HttpClient client, string address, string format)
    {
        var path = Path.Combine(app.Platform.DataPath, $"{Guid.NewGuid():N}.{format}");
        await File.WriteAllBytesAsync(path, await client.GetByteArrayAsync(address));
        return path;
    }

    private async Task<GalleryItem> AddResultAsync(Actor actor)
    {
        var now = DateTimeOffset.UtcNow;
        var recipe = TestPlatform.NewRecipe(GenerationTask.ClassConditional) with { ClassName = "run", Seed = 11, CreatedAt = now };
        var path = Path.Combine(app.Platform.DataPath, $"{Guid.NewGuid():N}.mp4");
        var frames = new VideoFrames(new byte[16 * 64 * 64 * 3], 16, 64, 64, 8, []);
        await VideoWriter.WriteMp4Async(frames, path, recipe.ToJson(), CancellationToken.None);
        var media = await app.Get<IMediaImporter>().ImportAsync([path], "A run", CancellationToken.None);
        var asset = Asset.Create(actor.WorkspaceId, media with { Kind = AssetKind.Generated }, actor.UserId, now);
        var job = Job.Submit(actor, new JobWork(JobKind.Generate, new GenerationRequest { Task = recipe.Task }.ToJson()), null, now);
        var item = GalleryItem.Create(asset, job.Id, recipe, []);
        await using var db = await app.Platform.OpenAsync();
        db.AddRange(asset, job, item);
        await db.SaveChangesAsync();
        return item;
    }
}
