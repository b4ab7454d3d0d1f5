using Magvit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Magvit.Infrastructure.Tests.Jobs;

/// <summary>Runs a platform's background loops for a test.</summary>
internal sealed class HostedServices : IAsyncDisposable
{
    private readonly IReadOnlyList<IHostedService> _services;

    private HostedServices(IReadOnlyList<IHostedService> services) => _services = services;

    public static async Task<HostedServices> StartAsync(TestPlatform platform)
    {
        var hosted = new HostedServices([.. platform.Services.GetServices<IHostedService>()]);
        foreach (var service in hosted._services)
        {
            await service.StartAsync(CancellationToken.None);
        }

        return hosted;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
        {
            await service.StopAsync(CancellationToken.None);
        }
    }
}
