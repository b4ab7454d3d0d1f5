using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Magvit.LoadBench.Hosts;

/// <summary>A site on a port of its own: ours, or the empty one.</summary>
internal sealed class SiteProcess : IAsyncDisposable
{
    public const string ReadyPath = "/health/ready";

    private readonly HostProcess _process;

    private SiteProcess(HostProcess process, Uri address, TimeSpan startTime)
    {
        _process = process;
        Address = address;
        StartTime = startTime;
    }

    public Uri Address { get; }

    /// <summary>From the start of the process to the first answer that it is ready.</summary>
    public TimeSpan StartTime { get; }

    public long ResidentBytes => _process.ResidentBytes;

    /// <summary>Starts the platform's site on a database and waits until it is ready.</summary>
    public static Task<SiteProcess> StartAsync(LoadDatabase database, CancellationToken cancellationToken)
    {
        var address = FreeAddress();
        return StartAsync(
            address,
            () => HostProcess.Start(
                "Magvit.Web", [], new Dictionary<string, string?>(database.HostSettings) { ["ASPNETCORE_URLS"] = address.ToString() }, database.LogPath("web")),
            cancellationToken);
    }

    /// <summary>Starts a site that does nothing.</summary>
    public static Task<SiteProcess> StartEmptyAsync(LoadDatabase database, CancellationToken cancellationToken)
    {
        var address = FreeAddress();
        return StartAsync(
            address,
            () => HostProcess.Start(
                "Magvit.LoadBench", [EmptyWeb.Argument, address.ToString()], new Dictionary<string, string?>(), database.LogPath("empty")),
            cancellationToken);
    }

    /// <summary>A client with an API token; without one, nobody in particular.</summary>
    public HttpClient CreateClient(string? key = null)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<SiteProcess> StartAsync(Uri address, Func<HostProcess> start, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = address };
        var started = Stopwatch.GetTimestamp();
        var process = start();
        try
        {
            await process.UntilAsync(() => IsReadyAsync(client, cancellationToken), cancellationToken);
            return new SiteProcess(process, address, Stopwatch.GetElapsedTime(started));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(ReadyPath, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // It does not listen yet.
        }
    }

    private static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
