using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Magvit.LoadBench.Rows;

/// <summary>An open tab that follows jobs through the hub <c>/hubs/jobs</c>: as much of SignalR's JSON protocol as that takes.</summary>
internal sealed class HubTab : IAsyncDisposable
{
    private const byte End = 0x1e;

    private readonly ClientWebSocket _socket;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly MemoryStream _rest = new();
    private readonly Queue<JsonElement> _waiting = new();
    private Task _listening = Task.CompletedTask;

    private HubTab(ClientWebSocket socket) => _socket = socket;

    /// <summary>Connects, and begins to watch.</summary>
    /// <param name="site">Where the site is.</param>
    /// <param name="key">An API token of a member of the workspace.</param>
    /// <param name="jobId">The job to watch; <see langword="null"/> watches all of the workspace.</param>
    /// <param name="onNews">Is told all news at the moment they arrive.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public static async Task<HubTab> OpenAsync(Uri site, string key, Guid? jobId, Action<TabNews> onNews, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        var tab = new HubTab(socket);
        await socket.ConnectAsync(new UriBuilder(site) { Scheme = "ws", Path = "/hubs/jobs", Query = $"access_token={key}" }.Uri, cancellationToken);
        await tab.SendAsync("""{"protocol":"json","version":1}""", cancellationToken);
        await tab.ReadAsync(cancellationToken);
        await tab.SendAsync(Watch(jobId), cancellationToken);
        await tab.ReadUntilAnsweredAsync(cancellationToken);
        tab._listening = tab.ListenAsync(onNews);
        return tab;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _listening;
        _socket.Dispose();
        await _rest.DisposeAsync();
    }

    private static string Watch(Guid? jobId) => JsonSerializer.Serialize(jobId is { } job
        ? new { type = 1, invocationId = "1", target = "WatchJob", arguments = new[] { job } }
        : new { type = 1, invocationId = "1", target = "WatchWorkspace", arguments = Array.Empty<Guid>() });

    private async Task ReadUntilAnsweredAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var message = await ReadAsync(cancellationToken);
            if (message.TryGetProperty("type", out var type) && type.GetInt32() == 3)
            {
                if (message.TryGetProperty("error", out var error))
                {
                    throw new InvalidOperationException($"The hub refused to tell about the job: {error}");
                }

                return;
            }
        }
    }

    private async Task ListenAsync(Action<TabNews> onNews)
    {
        try
        {
            while (true)
            {
                var message = await ReadAsync(CancellationToken.None);
                if (message.TryGetProperty("target", out var target) && target.ValueEquals("JobChanged"))
                {
                    var change = message.GetProperty("arguments")[0];
                    onNews(new TabNews(
                        change.GetProperty("id").GetGuid(), change.GetProperty("state").GetString()!, change.GetProperty("step").GetInt32(), change.GetProperty("previewUrl").GetString()));
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The tab was closed; steps that it missed are told by the times that are missing.
        }
    }

    private Task SendAsync(string json, CancellationToken cancellationToken)
        => _socket.SendAsync((byte[])[.. Encoding.UTF8.GetBytes(json), End], WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    private async Task<JsonElement> ReadAsync(CancellationToken cancellationToken)
    {
        while (_waiting.Count == 0)
        {
            var received = await _socket.ReceiveAsync(_buffer, cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                throw new WebSocketException("The hub closed the connection.");
            }

            Split(_buffer.AsSpan(0, received.Count));
        }

        return _waiting.Dequeue();
    }

    private void Split(ReadOnlySpan<byte> bytes)
    {
        int end;
        while ((end = bytes.IndexOf(End)) >= 0)
        {
            _rest.Write(bytes[..end]);
            _waiting.Enqueue(JsonElement.Parse(_rest.GetBuffer().AsSpan(0, (int)_rest.Length)));
            _rest.SetLength(0);
            bytes = bytes[(end + 1)..];
        }

        _rest.Write(bytes);
    }
}
