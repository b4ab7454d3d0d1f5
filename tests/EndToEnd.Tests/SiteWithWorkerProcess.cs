using Magvit.Domain.Models;
using Magvit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Magvit.EndToEnd.Tests;

/// <summary>The site with the real worker beside it.</summary>
public sealed class SiteWithWorkerProcess : Site
{
    protected override IHostedService CreateWorker(TestPlatform platform)
    {
        ArgumentNullException.ThrowIfNull(platform);
        return new WorkerProcess(platform.HostSettings(), platform.Services.GetRequiredService<IModelRegistry>());
    }
}
