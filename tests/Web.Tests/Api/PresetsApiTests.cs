using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Magvit.Domain.Assets;
using Magvit.Web.Tests.Harness;
using Xunit;

namespace Magvit.Web.Tests.Api;

public sealed class PresetsApiTests(WebApp app) : IClassFixture<WebApp>
{
    [Fact]
    public async Task Create_AllValues_IsThereForTheWholeWorkspace()
    {
        var mask = await app.Platform.AddAssetAsync(app.Creator, AssetKind.Mask);
        using var client = await app.ClientAsync(app.Creator);
        var settings = new { steps = 4, samples = 3, temperature = 2.5, schedule = "exp", guidance = 1, seed = 7, model = "demo-64", className = "run", task = "custom-mask", mask = mask.Id };

        var created = await (await client.PostAsJsonAsync("/api/v1/presets", new { name = "Quick look", settings })).ReadAsync(HttpStatusCode.Created);

        using var viewer = await app.ClientAsync(app.Viewer);
        var seen = Assert.Single(await ListAsync(viewer), preset => preset.Text("name") == "Quick look");
        Assert.Equal(created.GetProperty("id").GetGuid(), seen.GetProperty("id").GetGuid());
        var kept = seen.GetProperty("settings");
        Assert.Equal((4, 3, 2.5), (kept.GetProperty("steps").GetInt32(), kept.GetProperty("samples").GetInt32(), kept.GetProperty("temperature").GetDouble()));
        Assert.Equal(("custom-mask", mask.Id), (kept.Text("task"), kept.GetProperty("mask").GetGuid()));
        using var stranger = await app.ClientAsync(app.Stranger);
        Assert.Empty(await ListAsync(stranger));
    }

    [Fact]
    public async Task Create_WrongOrTaken_SaysEverythingAtOnce()
    {
        using var client = await app.ClientAsync(app.Creator);
        await CreateAsync(client, "Taken");
        var foreign = await app.Platform.AddAssetAsync(app.Stranger, AssetKind.Mask);

        var wrong = await (await client.PostAsJsonAsync("/api/v1/presets", new { name = " ", settings = new { steps = 99, mask = foreign.Id } }))
            .ReadAsync(HttpStatusCode.BadRequest);
        var taken = await (await client.PostAsJsonAsync("/api/v1/presets", new { name = "Taken" })).ReadAsync(HttpStatusCode.BadRequest);

        Assert.Equal(["steps", "name", "mask"], wrong.GetProperty("errors").EnumerateArray().Select(error => error.Text("field")));
        Assert.Contains("already", taken.Text("detail"));
    }

    [Fact]
    public async Task RenameDeleteRestore_OwnPreset_FollowAndRespectNames()
    {
        using var client = await app.ClientAsync(app.Creator);
        var id = await CreateAsync(client, "Slow");

        var renamed = await (await client.PutAsJsonAsync($"/api/v1/presets/{id}", new { name = "Slower" })).ReadAsync(HttpStatusCode.OK);
        Assert.Equal("Slower", renamed.Text("name"));
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/api/v1/presets/{id}")).StatusCode);
        Assert.DoesNotContain(await ListAsync(client), preset => preset.GetProperty("id").GetGuid() == id);

        var usurper = await CreateAsync(client, "Slower");
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync($"/api/v1/presets/{id}/restore", null)).StatusCode);
        await client.DeleteAsync($"/api/v1/presets/{usurper}");
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync($"/api/v1/presets/{id}/restore", null)).StatusCode);
        Assert.Single(await ListAsync(client), preset => preset.Text("name") == "Slower");
    }

    [Fact]
    public async Task Change_SomebodyElses_IsRefused()
    {
        using var owner = await app.ClientAsync(app.Creator);
        var id = await CreateAsync(owner, "Mine");
        using var colleague = await app.ClientAsync(await app.Platform.AddMemberAsync());
        using var stranger = await app.ClientAsync(app.Stranger);
        using var viewer = await app.ClientAsync(app.Viewer);

        Assert.Equal(HttpStatusCode.Forbidden, (await colleague.DeleteAsync($"/api/v1/presets/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsJsonAsync("/api/v1/presets", new { name = "No" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PutAsJsonAsync($"/api/v1/presets/{id}", new { name = "Taken over" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.DeleteAsync($"/api/v1/presets/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsync($"/api/v1/presets/{id}/restore", null)).StatusCode);
        Assert.Single(await ListAsync(owner), preset => preset.Text("name") == "Mine");
    }

    private static async Task<Guid> CreateAsync(HttpClient client, string name) =>
        (await (await client.PostAsJsonAsync("/api/v1/presets", new { name, settings = new { steps = 8 } })).ReadAsync(HttpStatusCode.Created)).GetProperty("id").GetGuid();

    private static async Task<JsonElement[]> ListAsync(HttpClient client) =>
        [.. (await (await client.GetAsync("/api/v1/presets")).ReadAsync(HttpStatusCode.OK)).GetProperty("items").EnumerateArray()];
}
