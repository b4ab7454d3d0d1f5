using System.Net;
using System.Net.Http.Json;
using Magvit.Domain.Assets;
using Magvit.Domain.Decoding;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Domain.Models;
using Magvit.Web.Tests.Harness;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Magvit.Web.Tests.Api;

public sealed class DecodingStepsApiTests(WebApp app) : IClassFixture<WebApp>
{
    private static readonly byte[] Picture = [0x89, .. "PNG\r\n\x1a\n and so on"u8];

    [Fact]
    public async Task Steps_OfAClip_AreAFileAndJsonAndPreviewsForItsWorkspaceAlone()
    {
        var (job, bytes) = await FinishedAsync();
        using var viewer = await app.ClientAsync(app.Viewer);
        using var stranger = await app.ClientAsync(app.Stranger);
        using var nobody = await app.ClientAsync(null);
        var url = (await (await viewer.GetAsync($"/api/v1/jobs/{job}")).ReadAsync(HttpStatusCode.OK)).GetProperty("outputs")[0].Text("stepsUrl");

        using var file = await viewer.GetAsync(url);
        Assert.Equal("application/vnd.magvit.steps", file.Content.Headers.ContentType!.MediaType);
        Assert.Equal(bytes, await file.Content.ReadAsByteArrayAsync());
        var json = await (await viewer.GetAsync(url + "?format=json")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(2, json.GetProperty("stepCount").GetInt32());
        Assert.Equal("0-511", json.GetProperty("steps")[0].Text("accepted"));
        Assert.Equal(1024, json.GetProperty("steps")[1].GetProperty("tokens").GetArrayLength());
        Assert.Equal(Picture, await viewer.GetByteArrayAsync(json.GetProperty("steps")[0].Text("previewUrl")));

        Assert.Equal(HttpStatusCode.NotFound, (await viewer.GetAsync(url + "/2/preview")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.GetAsync($"/api/v1/jobs/{job}/outputs/1/steps")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await viewer.GetAsync(url + "?format=xml")).StatusCode);
        foreach (var path in new[] { url, url + "?format=json", url + "/1/preview" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(path)).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(path)).StatusCode);
        }
    }

    [Fact]
    public async Task Revise_CellsOfAClip_QueuesAJobWithItsParent()
    {
        var (parent, bytes) = await FinishedAsync();
        using var client = await app.ClientAsync(app.Creator);

        using var response = await client.PostAsJsonAsync($"/api/v1/jobs/{parent}/outputs/0/revise", new { cells = new[] { 5, 6, 7, 99 }, locked = "6", seed = 3 });

        var job = await response.ReadAsync(HttpStatusCode.Accepted);
        var request = job.GetProperty("request");
        Assert.Equal("5,7,99", request.GetProperty("parent").Text("cells"));
        Assert.Equal(parent.ToString(), request.GetProperty("parent").Text("jobId"));
        Assert.Equal(ContentHash.Of(bytes).Value, request.GetProperty("parent").Text("stepsSha256"));
        Assert.Equal(("class-conditional", "run", 3, 3), (request.Text("task"), request.Text("className"), request.GetProperty("seed").GetInt32(), job.GetProperty("steps").GetInt32()));
    }

    [Fact]
    public async Task Revise_WhatCannotBe_SaysEachReason()
    {
        var (parent, _) = await FinishedAsync();
        using var client = await app.ClientAsync(app.Creator);
        using var viewer = await app.ClientAsync(app.Viewer);
        using var stranger = await app.ClientAsync(app.Stranger);
        var url = $"/api/v1/jobs/{parent}/outputs/0/revise";

        var problem = await (await client.PostAsJsonAsync(url, new { cells = "1024", weakest = 7 })).ReadAsync(HttpStatusCode.BadRequest);
        Assert.Equal(["cells", "weakest"], problem.GetProperty("errors").EnumerateArray().Select(error => error.Text("field")).Order());
        Assert.Contains("4 × 16 × 16", problem.Text("detail"));
        await (await client.PostAsJsonAsync(url, new { cells = "x" })).ReadAsync(HttpStatusCode.BadRequest);
        await (await client.PostAsJsonAsync(url, new { step = 2 })).ReadAsync(HttpStatusCode.BadRequest);
        await (await client.PostAsJsonAsync(url, new { step = 1, samples = 99 })).ReadAsync(HttpStatusCode.BadRequest);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsJsonAsync(url, new { step = 1 })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsJsonAsync(url, new { step = 1 })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsJsonAsync($"/api/v1/jobs/{parent}/outputs/1/revise", new { step = 1 })).StatusCode);

        await using (var db = await app.Platform.OpenAsync())
        {
            await db.Database.ExecuteSqlAsync($"update job_outputs set steps_sha256 = null where job_id = {parent}");
        }

        var gone = await (await client.PostAsJsonAsync(url, new { step = 1 })).ReadAsync(HttpStatusCode.BadRequest);
        Assert.Contains("not kept", gone.Text("detail"));
    }

    /// <summary>A job that succeeded with one clip of two steps: cells 0 to 511 were accepted in the first.</summary>
    private async Task<(Guid Job, byte[] Steps)> FinishedAsync()
    {
        var store = app.Get<IArtifactStore>();
        var model = (await app.Get<IModelRegistry>().ListAsync(CancellationToken.None)).Single();
        int[] tokens = [.. Enumerable.Range(0, model.TokenGrid.Count)];
        float[] confidence = [.. tokens.Select(token => token / 2048f)];
        var steps = DecodingHistoryFile.Write(new DecodingHistory
        {
            ModelHash = model.ModelHash,
            TokenizerHash = model.TokenizerHash,
            Grid = model.TokenGrid,
            StepCount = 2,
            IsGiven = new bool[tokens.Length],
            Steps =
            [
                new DecodedStep(1, tokens, confidence, [.. tokens.Select(token => token < 512)], await store.PutAsync(new MemoryStream(Picture), CancellationToken.None)),
                new DecodedStep(2, tokens, confidence, [.. tokens.Select(_ => true)]),
            ],
        });
        var hash = await store.PutAsync(new MemoryStream(steps), CancellationToken.None);
        var submitted = await app.Get<SubmitGenerationJob>().SubmitAsync(
            app.Creator, new GenerationRequest { Task = GenerationTask.ClassConditional, ClassName = "run" }, null, CancellationToken.None);
        var asset = await app.Platform.AddAssetAsync(app.Creator);
        await using var db = await app.Platform.OpenAsync();
        var job = await db.Jobs.SingleAsync(job => job.Id == submitted.Job!.Id);
        job.Start(1, 1, DateTimeOffset.UtcNow.AddHours(1), DateTimeOffset.UtcNow);
        job.Succeed([new JobOutput(0, asset.Id, null, hash)], null, DateTimeOffset.UtcNow);
        await db.SaveChangesAsync();
        return (job.Id, steps);
    }
}
