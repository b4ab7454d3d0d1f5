using System.Net;
using System.Net.Http.Json;
using Magvit.Domain.Assets;
using Magvit.Domain.Jobs;
using Magvit.Web.Tests.Harness;
using Xunit;

namespace Magvit.Web.Tests.Api;

public sealed class WorkspaceIsolationTests(WebApp app) : IClassFixture<WebApp>
{
    [Fact]
    public async Task Assets_OfAnotherWorkspace_AreNotFound()
    {
        var asset = await app.Platform.AddAssetAsync(app.Creator);
        using var stranger = await app.ClientAsync(app.Stranger);

        foreach (var path in new[] { "", "/content", "/proxy", "/poster", "/sheet" })
        {
            using var response = await stranger.GetAsync($"/api/v1/assets/{asset.Id}{path}");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task Jobs_OfAnotherWorkspace_AreNotFoundAndNotTouched()
    {
        var job = await SubmitAsync();
        using var stranger = await app.ClientAsync(app.Stranger);

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/api/v1/jobs/{job}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsync($"/api/v1/jobs/{job}/cancel", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsync($"/api/v1/jobs/{job}/retry", null)).StatusCode);
        Assert.Empty((await (await stranger.GetAsync("/api/v1/jobs")).ReadAsync(HttpStatusCode.OK)).GetProperty("items").EnumerateArray());

        var untouched = await app.Platform.Queue.FindAsync(app.Creator.WorkspaceId, job, CancellationToken.None);
        Assert.Equal(JobState.Queued, untouched!.State);
    }

    [Fact]
    public async Task Submit_WithAClipOfAnotherWorkspace_SaysThatThereIsNone()
    {
        var asset = await app.Platform.AddAssetAsync(app.Creator);
        using var stranger = await app.ClientAsync(app.Stranger);

        using var response = await stranger.PostAsJsonAsync("/api/v1/jobs", new { task = "frame-prediction", input = asset.Id });

        var problem = await response.ReadAsync(HttpStatusCode.BadRequest);
        Assert.Contains("There is no clip", problem.Text("detail"));
    }

    [Fact]
    public async Task Previews_OfAnotherWorkspace_AreNotFound()
    {
        var bytes = Guid.NewGuid().ToByteArray();
        var hash = await app.Get<IArtifactStore>().PutAsync(new MemoryStream(bytes), CancellationToken.None);
        var job = await SubmitAsync();
        await using (var db = await app.Platform.OpenAsync())
        {
            var row = await db.Jobs.FindAsync(job);
            db.Entry(row!).Property(nameof(Job.PreviewHash)).CurrentValue = hash;
            await db.SaveChangesAsync();
        }

        using var stranger = await app.ClientAsync(app.Stranger);
        using var viewer = await app.ClientAsync(app.Viewer);

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/api/v1/previews/{hash}")).StatusCode);
        Assert.Equal(bytes, await viewer.GetByteArrayAsync($"/api/v1/previews/{hash}"));
    }

    [Fact]
    public async Task Cancel_JobOfAColleague_Answers403()
    {
        var job = await SubmitAsync();
        var colleague = await app.Platform.AddMemberAsync();
        using var client = await app.ClientAsync(colleague);

        using var response = await client.PostAsync($"/api/v1/jobs/{job}/cancel", null);

        var problem = await response.ReadAsync(HttpStatusCode.Forbidden);
        Assert.Contains("somebody else's", problem.Text("detail"));
    }

    private async Task<Guid> SubmitAsync()
    {
        using var creator = await app.ClientAsync(app.Creator);
        using var response = await creator.PostAsJsonAsync("/api/v1/jobs", new { task = "class-conditional", className = "run" });
        return (await response.ReadAsync(HttpStatusCode.Accepted)).GetProperty("id").GetGuid();
    }
}
