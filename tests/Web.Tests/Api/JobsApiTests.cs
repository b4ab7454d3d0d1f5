using System.Net;
using System.Net.Http.Json;
using System.Text;
using Magvit.Web.Tests.Harness;
using Xunit;

namespace Magvit.Web.Tests.Api;

public sealed class JobsApiTests(WebApp app) : IClassFixture<WebApp>
{
    [Fact]
    public async Task Submit_ValidRequest_Answers202WithLocationAndSettledRequest()
    {
        var asset = await app.Platform.AddAssetAsync(app.Creator);
        using var client = await app.ClientAsync(app.Creator);

        using var response = await client.PostAsJsonAsync("/api/v1/jobs", new { kind = "generate", task = "frame-prediction", input = asset.Id, seed = 7 });

        var job = await response.ReadAsync(HttpStatusCode.Accepted);
        Assert.Equal($"/api/v1/jobs/{job.Text("id")}", response.Headers.Location!.OriginalString);
        Assert.Equal("queued", job.Text("state"));
        Assert.Equal("demo-64", job.GetProperty("request").Text("model"));
        Assert.Equal(7, job.GetProperty("request").GetProperty("seed").GetInt64());
        var found = await (await client.GetAsync(response.Headers.Location)).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(job.Text("id"), found.Text("id"));
        Assert.True(found.GetProperty("queuePosition").GetInt32() >= 1);
    }

    [Fact]
    public async Task Submit_LongResultOnACanvas_TakesIt_AndSaysWhatDoesNotFit()
    {
        var asset = await app.Platform.AddAssetAsync(app.Creator);
        using var client = await app.ClientAsync(app.Creator);
        var canvas = new { width = 128, height = 96, left = 0 };

        var job = await (await client.PostAsJsonAsync("/api/v1/jobs", new { task = "outpaint-central", input = asset.Id, frames = 28, overlap = 8, canvas, topP = 0.9 }))
            .ReadAsync(HttpStatusCode.Accepted);
        var asked = job.GetProperty("request");
        Assert.Equal((28, 8, 0.9), (asked.GetProperty("frames").GetInt32(), asked.GetProperty("overlap").GetInt32(), asked.GetProperty("topP").GetDouble()));
        Assert.Equal((128, 0), (asked.GetProperty("canvas").GetProperty("width").GetInt32(), asked.GetProperty("canvas").GetProperty("left").GetInt32()));

        var problem = await (await client.PostAsJsonAsync(
            "/api/v1/jobs", new { task = "frame-prediction", input = asset.Id, frames = 2000, givenFrames = 0, canvas = new { width = 127, height = 64 }, topK = 0 }))
            .ReadAsync(HttpStatusCode.BadRequest);
        Assert.Equal(["canvas", "frames", "topK"], problem.GetProperty("errors").EnumerateArray().Select(error => error.Text("field")).Order());
    }

    [Fact]
    public async Task Submit_SeveralMistakes_ListsAllOfThemWithWhatIsAllowed()
    {
        using var client = await app.ClientAsync(app.Creator);

        using var response = await client.PostAsJsonAsync(
            "/api/v1/jobs", new { task = "class-conditional", className = "fly", seed = -1, steps = 65, samples = 9, schedule = "linear" });

        var problem = await response.ReadAsync(HttpStatusCode.BadRequest);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var errors = problem.GetProperty("errors").EnumerateArray().ToDictionary(error => error.Text("field"));
        Assert.Equal(["className", "samples", "schedule", "seed", "steps"], errors.Keys.Order());
        Assert.Equal(["run", "jump"], errors["className"].Texts("allowed"));
        Assert.Equal(["cosine", "uniform", "exp"], errors["schedule"].Texts("allowed"));
        Assert.Contains("9007199254740991", errors["seed"].Text("message"));
    }

    [Fact]
    public async Task Submit_UnknownTaskAndModel_ListsTasksAndModels()
    {
        using var client = await app.ClientAsync(app.Creator);

        using var response = await client.PostAsJsonAsync("/api/v1/jobs", new { task = "time-travel", model = "sora", seed = -5 });

        var problem = await response.ReadAsync(HttpStatusCode.BadRequest);
        var errors = problem.GetProperty("errors").EnumerateArray().ToDictionary(error => error.Text("field"));
        Assert.Contains("frame-prediction", errors["task"].Texts("allowed"));
        Assert.Equal(["demo-64"], errors["model"].Texts("allowed"));
        Assert.Contains("seed", errors.Keys);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"task\": 5}")]
    [InlineData("{\"task\": \"frame-prediction\", \"seed\": 1e99}")]
    public async Task Submit_BrokenJson_AnswersAProblem(string body)
    {
        using var client = await app.ClientAsync(app.Creator);

        using var response = await client.PostAsync("/api/v1/jobs", new StringContent(body, Encoding.UTF8, "application/json"));

        var problem = await response.ReadAsync(HttpStatusCode.BadRequest);
        Assert.NotEmpty(problem.Text("detail"));
    }

    [Fact]
    public async Task Submit_SameIdempotencyKeyTwice_AnswersTheSameJob()
    {
        using var client = await app.ClientAsync(app.Creator);
        client.DefaultRequestHeaders.Add("Idempotency-Key", Guid.NewGuid().ToString());
        var request = new { task = "class-conditional", className = "run" };

        var first = await (await client.PostAsJsonAsync("/api/v1/jobs", request)).ReadAsync(HttpStatusCode.Accepted);
        var second = await (await client.PostAsJsonAsync("/api/v1/jobs", request)).ReadAsync(HttpStatusCode.Accepted);

        Assert.Equal(first.Text("id"), second.Text("id"));
    }

    [Fact]
    public async Task CancelAndRetry_FollowTheStates()
    {
        using var client = await app.ClientAsync(app.Creator);
        var job = await (await client.PostAsJsonAsync("/api/v1/jobs", new { task = "class-conditional", className = "jump" })).ReadAsync(HttpStatusCode.Accepted);
        var url = $"/api/v1/jobs/{job.Text("id")}";

        await (await client.PostAsync(url + "/retry", null)).ReadAsync(HttpStatusCode.Conflict);
        Assert.Equal("cancelled", (await (await client.PostAsync(url + "/cancel", null)).ReadAsync(HttpStatusCode.OK)).Text("state"));
        await (await client.PostAsync(url + "/cancel", null)).ReadAsync(HttpStatusCode.Conflict);
        Assert.Equal("queued", (await (await client.PostAsync(url + "/retry", null)).ReadAsync(HttpStatusCode.OK)).Text("state"));
    }

    [Fact]
    public async Task List_UnknownState_ListsTheStates()
    {
        using var client = await app.ClientAsync(app.Viewer);

        var problem = await (await client.GetAsync("/api/v1/jobs?state=sleeping")).ReadAsync(HttpStatusCode.BadRequest);

        Assert.Equal(["queued", "running", "succeeded", "failed", "cancelled"], problem.GetProperty("errors")[0].Texts("allowed"));
    }

    [Fact]
    public async Task Models_Workers_Me_AnswerAViewer()
    {
        using var client = await app.ClientAsync(app.Viewer);

        var models = await (await client.GetAsync("/api/v1/models")).ReadAsync(HttpStatusCode.OK);
        var workers = await (await client.GetAsync("/api/v1/workers")).ReadAsync(HttpStatusCode.OK);
        var me = await (await client.GetAsync("/api/v1/me")).ReadAsync(HttpStatusCode.OK);

        Assert.Equal("demo-64", models.GetProperty("items")[0].Text("name"));
        Assert.Contains("frame-prediction", models.GetProperty("items")[0].Texts("tasks"));
        Assert.Equal("idle", workers.GetProperty("items")[0].Text("state"));
        Assert.Equal("viewer", me.Text("role"));
    }

    [Fact]
    public async Task UnknownCall_AnswersAProblem()
    {
        using var client = await app.ClientAsync(app.Viewer);

        var problem = await (await client.GetAsync("/api/v1/nothing")).ReadAsync(HttpStatusCode.NotFound);

        Assert.Contains("openapi", problem.Text("detail"));
    }
}
