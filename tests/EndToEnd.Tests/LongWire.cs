using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Magvit.EndToEnd.Tests;

/// <summary>
/// A site far away: a TCP relay that holds every byte back on its way, in both directions. What a browser can emulate by itself delays
/// requests, and leaves the frames of an open web socket as fast as they are.
/// </summary>
internal sealed class LongWire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _cut = new();
    private readonly Uri _site;
    private readonly TimeSpan _eachWay;
    private readonly Task _accepting;

    /// <param name="site">The address of the near site.</param>
    /// <param name="roundTrip">What there and back shall take longer.</param>
    public LongWire(string site, TimeSpan roundTrip)
    {
        _site = new Uri(site);
        _eachWay = roundTrip / 2;
        _listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = AcceptAsync();
    }

    /// <summary>Where the site seems to be.</summary>
    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _cut.CancelAsync();
        _listener.Stop();
        await _accepting;
        _cut.Dispose();
    }

    private async Task AcceptAsync()
    {
        var calls = new List<Task>();
        try
        {
            while (true)
            {
                calls.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_cut.Token)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(calls);
        }
    }

    private async Task RelayAsync(TcpClient near)
    {
        using (near)
        using (var far = new TcpClient { NoDelay = true })
        using (var call = CancellationTokenSource.CreateLinkedTokenSource(_cut.Token))
        {
            near.NoDelay = true;
            try
            {
                await far.ConnectAsync(_site.Host, _site.Port, call.Token);
                await Task.WhenAny(SendAsync(near, far, call.Token), SendAsync(far, near, call.Token));
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException)
            {
                // One side hung up; so do we.
            }

            await call.CancelAsync();
        }
    }

    // Bytes are read as they come and go out when their time is up, so that the wire is long, not narrow.
    private async Task SendAsync(TcpClient from, TcpClient to, CancellationToken cancellationToken)
    {
        var underWay = Channel.CreateUnbounded<(DateTime Due, byte[] Bytes)>();
        var delivering = DeliverAsync();
        try
        {
            var buffer = new byte[64 * 1024];
            while (await from.GetStream().ReadAsync(buffer, cancellationToken) is var count and > 0)
            {
                underWay.Writer.TryWrite((DateTime.UtcNow + _eachWay, buffer[..count]));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException)
        {
            // What is under way still arrives.
        }

        underWay.Writer.Complete();
        await delivering;

        async Task DeliverAsync()
        {
            try
            {
                await foreach (var (due, bytes) in underWay.Reader.ReadAllAsync(cancellationToken))
                {
                    if (due - DateTime.UtcNow is { Ticks: > 0 } left)
                    {
                        await Task.Delay(left, cancellationToken);
                    }

                    await to.GetStream().WriteAsync(bytes, cancellationToken);
                }
            }
            catch (Exception end) when (end is OperationCanceledException or IOException)
            {
                // Nobody listens any more.
            }
        }
    }
}
