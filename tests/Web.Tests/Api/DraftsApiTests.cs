using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Magvit.Web.Tests.Harness;
using Xunit;

namespace Magvit.Web.Tests.Api;

public sealed class DraftsApiTests(WebApp app) : IClassFixture<WebApp>
{
    private const string Address = "/studio?task=inpaint-central&steps=4";

    [Fact]
    public async Task Save_BuildingOnTheLatest_CountsUpAndComesBackWhole()
    {
        using var client = await app.ClientAsync(app.Creator);
        var id = Guid.NewGuid();

        Assert.Equal(1, await SaveAsync(client, id, 0, new { version = 1, task = "inpaint-central" }));
        Assert.Equal(2, await SaveAsync(client, id, 1, new { version = 1, task = "custom-mask" }));

        var draft = await (await client.GetAsync($"/api/v1/drafts/{id}")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal((2, "?task=inpaint-central&steps=4"), (draft.GetProperty("version").GetInt32(), draft.Text("address")));
        Assert.Equal("custom-mask", draft.GetProperty("document").Text("task"));
        Assert.Equal($"/studio?task=inpaint-central&steps=4&draft={id}", draft.Text("url"));
        var listed = Assert.Single(await ListAsync(client), item => item.GetProperty("id").GetGuid() == id);
        Assert.Equal("Inpaint the centre", listed.Text("task"));
        Assert.False(listed.TryGetProperty("document", out _));
    }

    [Fact]
    public async Task Save_BuildingOnAnOldVersion_OverwritesNothingAndNamesTheLatest()
    {
        using var client = await app.ClientAsync(app.Creator);
        var id = Guid.NewGuid();
        await SaveAsync(client, id, 0, new { mine = 1 });
        await SaveAsync(client, id, 1, new { mine = 2 });

        var problem = await (await PutAsync(client, id, 1, new { mine = 3 })).ReadAsync(HttpStatusCode.Conflict);

        Assert.Equal(2, problem.GetProperty("version").GetInt32());
        Assert.Contains("Another tab", problem.Text("detail"));
        var kept = await (await client.GetAsync($"/api/v1/drafts/{id}")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(2, kept.GetProperty("document").GetProperty("mine").GetInt32());
    }

    [Fact]
    public async Task Save_ManyAtOnce_LetsExactlyOneThrough()
    {
        using var client = await app.ClientAsync(app.Creator);
        var id = Guid.NewGuid();
        await SaveAsync(client, id, 0, new { });

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => PutAsync(client, id, 1, new { i })));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(5, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task TitleDeleteRestore_OwnDraft_LeaveAndComeBack()
    {
        using var client = await app.ClientAsync(app.Creator);
        var id = Guid.NewGuid();
        await SaveAsync(client, id, 0, new { });

        Assert.Equal(HttpStatusCode.NoContent, (await client.PutAsJsonAsync($"/api/v1/drafts/{id}/title", new { title = "  Walk, mended " })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/api/v1/drafts/{id}")).StatusCode);
        Assert.DoesNotContain(await ListAsync(client), item => item.GetProperty("id").GetGuid() == id);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/v1/drafts/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync($"/api/v1/drafts/{id}/restore", null)).StatusCode);
        Assert.Equal("Walk, mended", Assert.Single(await ListAsync(client), item => item.GetProperty("id").GetGuid() == id).Text("title"));
    }

    [Fact]
    public async Task Drafts_OfAnotherUserOrWorkspace_AreOutOfReach()
    {
        using var owner = await app.ClientAsync(app.Creator);
        var id = Guid.NewGuid();
        await SaveAsync(owner, id, 0, new { secret = "mine" });

        foreach (var other in new[] { app.Stranger, app.Admin })
        {
            using var client = await app.ClientAsync(other);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/v1/drafts/{id}")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync($"/api/v1/drafts/{id}")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync($"/api/v1/drafts/{id}/restore", null)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.PutAsJsonAsync($"/api/v1/drafts/{id}/title", new { title = "x" })).StatusCode);
            Assert.DoesNotContain(await ListAsync(client), item => item.GetProperty("id").GetGuid() == id);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PutAsync(client, id, 1, new { })).StatusCode);
        }

        using var viewer = await app.ClientAsync(app.Viewer);
        Assert.Equal(HttpStatusCode.Forbidden, (await PutAsync(viewer, Guid.NewGuid(), 0, new { })).StatusCode);
        var kept = await (await owner.GetAsync($"/api/v1/drafts/{id}")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal("mine", kept.GetProperty("document").Text("secret"));
    }

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, Guid id, int version, object document) =>
        client.PutAsJsonAsync($"/api/v1/drafts/{id}", new { version, address = Address, document });

    private static async Task<int> SaveAsync(HttpClient client, Guid id, int version, object document) =>
        (await (await PutAsync(client, id, version, document)).ReadAsync(HttpStatusCode.OK)).GetProperty("version").GetInt32();

    private static async Task<JsonElement[]> ListAsync(HttpClient client) =>
        [.. (await (await client.GetAsync("/api/v1/drafts")).ReadAsync(HttpStatusCode.OK)).GetProperty("items").EnumerateArray()];
}
