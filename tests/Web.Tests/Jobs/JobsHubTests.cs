using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Web.Tests.Harness;
using Xunit;

namespace Magvit.Web.Tests.Jobs;

public sealed class JobsHubTests(WebApp app) : IClassFixture<WebApp>
{
    [Fact]
    public async Task WatchJob_WorkerReports_ClientHearsStepsAndEnd()
    {
        var job = await SubmitAsync();
        await using var client = await HubClient.ConnectAsync(app, await app.KeyAsync(app.Viewer));
        var now = await client.InvokeAsync("WatchJob", job.Id);
        Assert.Equal("queued", now.GetProperty("result").Text("state"));

        var claimed = await app.Platform.Queue.ClaimAsync(new JobClaim(1, [JobKind.Generate], ["demo-64"]), CancellationToken.None);
        Assert.Equal(job.Id, claimed!.Id);
        var preview = ContentHash.Of("preview"u8);
        await app.Platform.Queue.ReportProgressAsync(claimed.Lease, new JobStep(3, 12, preview), CancellationToken.None);

        var news = await client.NextAsync(change => change.GetProperty("step").GetInt32() == 3);
        Assert.Equal(("running", $"/api/v1/previews/{preview}"), (news.Text("state"), news.Text("previewUrl")));
        await app.Platform.Queue.FailAsync(claimed.Lease, new JobFailure("no", IsPermanent: true), CancellationToken.None);
        await client.NextAsync(change => change.Text("state") == "failed");
    }

    [Fact]
    public async Task WatchJob_OfAnotherWorkspace_IsAnError()
    {
        var job = await SubmitAsync();
        await using var client = await HubClient.ConnectAsync(app, await app.KeyAsync(app.Stranger));

        var answer = await client.InvokeAsync("WatchJob", job.Id);

        Assert.Contains("There is no job", answer.Text("error"));
        await app.Platform.Queue.CancelAsync(job.WorkspaceId, job.Id, CancellationToken.None);
    }

    [Fact]
    public async Task Connect_WithoutToken_IsRefused()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => HubClient.ConnectAsync(app, "mgv_wrong"));

        Assert.Contains("401", failure.Message);
    }

    private async Task<Job> SubmitAsync()
    {
        var request = new GenerationRequest { Task = GenerationTask.ClassConditional, ClassName = "run" };
        return (await app.Get<SubmitGenerationJob>().SubmitAsync(app.Creator, request, null, CancellationToken.None)).Job!;
    }

    /// <summary>As much of SignalR's JSON protocol as a test needs.</summary>
    private sealed class HubClient(WebSocket socket) : IAsyncDisposable
    {
        private const char End = '\u001e';
        private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(20));
        private readonly Queue<JsonElement> _waiting = new();
        private string _rest = "";

        public static async Task<HubClient> ConnectAsync(WebApp app, string key)
        {
            var address = new UriBuilder(app.Factory.Server.BaseAddress) { Scheme = "ws", Path = "/hubs/jobs", Query = "access_token=" + key }.Uri;
            var client = new HubClient(await app.Factory.Server.CreateWebSocketClient().ConnectAsync(address, CancellationToken.None));
            await client.SendAsync("""{"protocol":"json","version":1}""");
            await client.ReadAsync();
            return client;
        }

        /// <summary>Calls a method of the hub and waits for its completion.</summary>
        public async Task<JsonElement> InvokeAsync(string method, params object[] arguments)
        {
            await SendAsync(JsonSerializer.Serialize(new { type = 1, invocationId = "1", target = method, arguments }));
            while (true)
            {
                var message = await ReadAsync();
                if (message.TryGetProperty("type", out var type) && type.GetInt32() == 3)
                {
                    return message;
                }
            }
        }

        /// <summary>Waits for news that fit.</summary>
        public async Task<JsonElement> NextAsync(Func<JsonElement, bool> fits)
        {
            while (true)
            {
                var message = await ReadAsync();
                if (message.TryGetProperty("target", out var target) && target.GetString() == "JobChanged" && fits(message.GetProperty("arguments")[0]))
                {
                    return message.GetProperty("arguments")[0];
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            socket.Dispose();
            _patience.Dispose();
        }

        private Task SendAsync(string json) =>
            socket.SendAsync(Encoding.UTF8.GetBytes(json + End), WebSocketMessageType.Text, endOfMessage: true, _patience.Token);

        private async Task<JsonElement> ReadAsync()
        {
            while (_waiting.Count == 0)
            {
                var buffer = new byte[16 * 1024];
                var received = await socket.ReceiveAsync(buffer, _patience.Token);
                var parts = (_rest + Encoding.UTF8.GetString(buffer, 0, received.Count)).Split(End);
                _rest = parts[^1];
                foreach (var part in parts[..^1])
                {
                    _waiting.Enqueue(JsonDocument.Parse(part).RootElement);
                }
            }

            return _waiting.Dequeue();
        }
    }
}
