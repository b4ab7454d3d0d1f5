using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Magvit.Domain.Groups;
using Magvit.Web.Tests.Harness;
using Xunit;

namespace Magvit.Web.Tests.Api;

public sealed class GroupsApiTests(WebApp app) : IClassFixture<WebApp>
{
    private static readonly object Request = new { task = "class-conditional", className = "run" };

    [Fact]
    public async Task Sweep_TwoParameters_QueuesEachCellWithTheSameSeed()
    {
        using var client = await app.ClientAsync(await app.Platform.AddMemberAsync());

        var group = await SweepAsync(client, Axis("steps", "4", "8", "12"), Axis("temperature", "1", "4.5"));

        var jobs = group.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("request")).ToArray();
        Assert.Equal(
            ["4 at 1", "8 at 1", "12 at 1", "4 at 4.5", "8 at 4.5", "12 at 4.5"],
            jobs.Select(request => $"{request.GetProperty("steps")} at {request.GetProperty("temperature")}"));
        Assert.Single(jobs.Select(request => request.GetProperty("seed").GetInt64()).Distinct());
        Assert.Equal(Enumerable.Range(0, 6), group.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("groupIndex").GetInt32()));
        Assert.EndsWith(": steps × temperature", group.Text("title"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sweep_WrongValuesOrTooMany_QueuesNothing()
    {
        var actor = await app.Platform.AddMemberAsync();
        using var client = await app.ClientAsync(actor);
        async Task<string> ProblemAsync(object columns, object? rows, HttpStatusCode expected = HttpStatusCode.BadRequest) =>
            (await (await client.PostAsJsonAsync("/api/v1/groups/sweeps", new { request = Request, columns, rows })).ReadAsync(expected)).Text("detail");

        Assert.Contains("steps must be from 1 to 64", await ProblemAsync(Axis("steps", "4", "99"), null));
        Assert.Contains("'lots' is not a value", await ProblemAsync(Axis("steps", "lots"), null));
        Assert.Contains("no parameter 'colour'", await ProblemAsync(Axis("colour", "red"), null));
        Assert.Contains("same parameter", await ProblemAsync(Axis("steps", "4"), Axis("steps", "8")));
        Assert.Contains("at most 64", await ProblemAsync(Axis("seed", Numbers(16)), Axis("steps", Numbers(5))));
        Assert.Contains("you may have 50 waiting", await ProblemAsync(Axis("seed", Numbers(13)), Axis("steps", Numbers(4)), HttpStatusCode.TooManyRequests));
        Assert.Empty((await (await client.GetAsync("/api/v1/jobs?mine=true")).ReadAsync(HttpStatusCode.OK)).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Cancel_Group_EndsAllOfIt()
    {
        using var client = await app.ClientAsync(await app.Platform.AddMemberAsync());
        var id = (await SweepAsync(client, Axis("seed", "1", "2", "3"), null)).GetProperty("id").GetGuid();

        var answer = await (await client.PostAsync($"/api/v1/groups/{id}/cancel", null)).ReadAsync(HttpStatusCode.OK);

        Assert.Equal(3, answer.GetProperty("cancelled").GetInt32());
        var group = await (await client.GetAsync($"/api/v1/groups/{id}")).ReadAsync(HttpStatusCode.OK);
        Assert.All(group.GetProperty("jobs").EnumerateArray(), job => Assert.Equal("cancelled", job.Text("state")));
        var listed = (await (await client.GetAsync("/api/v1/groups")).ReadAsync(HttpStatusCode.OK)).GetProperty("items").EnumerateArray();
        var mine = Assert.Single(listed, item => item.GetProperty("id").GetGuid() == id);
        Assert.Equal((3, 0), (mine.GetProperty("size").GetInt32(), mine.GetProperty("open").GetInt32()));
    }

    [Fact]
    public async Task Groups_OfOthers_AreOutOfReach()
    {
        using var owner = await app.ClientAsync(await app.Platform.AddMemberAsync());
        var id = (await SweepAsync(owner, Axis("seed", "1"), null)).GetProperty("id").GetGuid();
        using var stranger = await app.ClientAsync(app.Stranger);
        using var colleague = await app.ClientAsync(app.Creator);
        using var viewer = await app.ClientAsync(app.Viewer);

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/api/v1/groups/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/api/v1/groups/{id}/result.csv")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsync($"/api/v1/groups/{id}/cancel", null)).StatusCode);
        Assert.Empty((await (await stranger.GetAsync("/api/v1/groups")).ReadAsync(HttpStatusCode.OK)).GetProperty("items").EnumerateArray());
        Assert.Equal(HttpStatusCode.Forbidden, (await colleague.PostAsync($"/api/v1/groups/{id}/cancel", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync("/api/v1/groups/batches", new StringContent("task"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync($"/api/v1/groups/{id}")).StatusCode);
    }

    [Fact]
    public async Task Batch_WithABadRow_RunsNothingUnlessItIsSkipped()
    {
        var actor = await app.Platform.AddMemberAsync();
        var clip = await app.Platform.AddAssetAsync(actor);
        var foreign = await app.Platform.AddAssetAsync(app.Stranger);
        using var client = await app.ClientAsync(actor);
        var csv = $"""
            task,input,class,seed,steps
            frame-prediction,{clip.Name},,7,4
            class-conditional,,run,8,999
            frame-prediction,nobody.mp4,,9,
            frame-prediction,{foreign.Id},,9,
            class-conditional,,jump,,
            """;

        var preview = await (await client.PostAsync("/api/v1/groups/batches/preview", new StringContent(csv))).ReadAsync(HttpStatusCode.OK);
        Assert.Equal((2, 3), (preview.GetProperty("good").GetInt32(), preview.GetProperty("bad").GetInt32()));
        var problem = await (await client.PostAsync("/api/v1/groups/batches?title=walk", new StringContent(csv))).ReadAsync(HttpStatusCode.BadRequest);
        Assert.Contains("Line 3: steps must be from 1 to 64", problem.Text("detail"));
        Assert.Contains("Line 4: There is no clip named 'nobody.mp4'", problem.Text("detail"));
        Assert.Contains("Line 5: There is no clip", problem.Text("detail"));
        Assert.Empty((await (await client.GetAsync("/api/v1/jobs?mine=true")).ReadAsync(HttpStatusCode.OK)).GetProperty("items").EnumerateArray());

        var group = await (await client.PostAsync("/api/v1/groups/batches?title=walk&skip=true", new StringContent(csv))).ReadAsync(HttpStatusCode.Accepted);
        Assert.Equal(2, group.GetProperty("size").GetInt32());
        var result = CsvTable.Parse(await client.GetStringAsync(group.Text("resultUrl")));
        Assert.Equal(["2", "6"], result.Rows.Select(row => row.Values[0]));
        Assert.Equal(["queued", "queued"], result.Rows.Select(row => row.Values[result.Columns.ToList().IndexOf("state")]));
        Assert.Equal("7", result.Rows[0].Values[result.Columns.ToList().IndexOf("used_seed")]);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("task,colour\nframe-prediction,red", "no column 'colour'")]
    [InlineData("input\nwalk.mp4", "'task' is missing")]
    [InlineData("task", "1 to 500 rows")]
    public async Task Batch_NoTable_SaysWhy(string csv, string words)
    {
        using var client = await app.ClientAsync(app.Creator);

        var problem = await (await client.PostAsync("/api/v1/groups/batches", new StringContent(csv))).ReadAsync(HttpStatusCode.BadRequest);

        Assert.Contains(words, problem.Text("detail"));
    }

    [Fact]
    public async Task Example_HasOnlyColumnsThatExist()
    {
        using var client = await app.ClientAsync(app.Viewer);

        var table = CsvTable.Parse(await client.GetStringAsync("/api/v1/groups/batches/example.csv"));

        Assert.All(table.Columns, column => Assert.Contains(BatchColumn.All, known => known.Name == column));
        Assert.Equal(3, table.Rows.Count);
    }

    private static object Axis(string parameter, params string[] values) => new { parameter, values };

    private static string[] Numbers(int count) => [.. Enumerable.Range(1, count).Select(i => $"{i}")];

    private static async Task<JsonElement> SweepAsync(HttpClient client, object columns, object? rows) =>
        await (await client.PostAsJsonAsync("/api/v1/groups/sweeps", new { request = Request, columns, rows })).ReadAsync(HttpStatusCode.Accepted);
}
