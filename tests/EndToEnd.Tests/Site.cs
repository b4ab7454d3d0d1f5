using Magvit.Infrastructure;
using Magvit.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>The site on a real port over a fresh database, with a worker beside it.</summary>
public class Site : IAsyncLifetime
{
    private TestPlatform? _platform;
    private IHostedService? _worker;
    private WebHost? _host;
    private TimeSpan _stepTime = Brisk;

    private static readonly TimeSpan Brisk = TimeSpan.FromMilliseconds(100);
    /// <summary>Where the site is.</summary>
    public string Address { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _platform = await TestPlatform.StartAsync(configure: services => services.AddJobWorkerInfrastructure());
        _host = Start(port: 0);
        Address = _host.ClientOptions.BaseAddress.ToString().TrimEnd('/');
        _worker = CreateWorker(_platform);
        await _worker.StartAsync(CancellationToken.None);
    }

    /// <summary>Lets the worker take its time over every step, until the answer is disposed of: what happens in mid-job is then no race.</summary>
    public IDisposable SlowDown(TimeSpan stepTime)
    {
        _stepTime = stepTime;
        return new SlowWorker(this);
    }

    /// <summary>Stops the web, as a new version does, and starts it again at the same address; the worker goes on.</summary>
    public async Task RestartWebAsync()
    {
        var port = _host!.ClientOptions.BaseAddress.Port;
        await _host.DisposeAsync();
        _host = Start(port);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_worker is not null)
        {
            await _worker.StopAsync(CancellationToken.None);
            (_worker as IDisposable)?.Dispose();
        }

        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        if (_platform is not null)
        {
            await _platform.DisposeAsync();
        }
    }

    /// <summary>A worker whose speed the tests know; no model is needed.</summary>
    protected virtual IHostedService CreateWorker(TestPlatform platform)
    {
        ArgumentNullException.ThrowIfNull(platform);
        return new FakeWorker(platform.Services, () => _stepTime);
    }

    private WebHost Start(int port)
    {
        var host = new WebHost(_platform!.HostSettings(), port);
        host.StartServer();
        return host;
    }

    private sealed class SlowWorker(Site site) : IDisposable
    {
        public void Dispose() => site._stepTime = Brisk;
    }

    private sealed class WebHost : WebApplicationFactory<Program>
    {
        private readonly Dictionary<string, string?> _settings;

        public WebHost(Dictionary<string, string?> settings, int port)
        {
            _settings = settings;
            UseKestrel(port);
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            // Development: the static files of the build are served from where they lie.
            builder.UseEnvironment(Environments.Development);
            builder.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
            foreach (var (name, value) in _settings)
            {
                builder.UseSetting(name, value);
            }
        }
    }
}
