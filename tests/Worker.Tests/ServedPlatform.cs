using Microsoft.Extensions.Hosting;

namespace Magvit.Worker.Tests;

/// <summary>A platform with one worker that serves it.</summary>
public sealed class ServedPlatform : WorkerPlatform
{
    private IHost? _worker;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _worker = await StartWorkerAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        if (_worker is not null)
        {
            await _worker.StopAsync();
            _worker.Dispose();
        }

        await base.DisposeAsync();
    }
}
