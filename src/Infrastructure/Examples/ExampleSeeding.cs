using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Magvit.Infrastructure.Examples;

/// <summary>Looks now and then for workspaces without examples: accounts are made from the shell too, while the site runs or not.</summary>
internal sealed class ExampleSeeding(WorkspaceExamples examples, IHostApplicationLifetime host, TimeProvider time, ILogger<ExampleSeeding> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The loop must outlive a broken database; the reason is logged.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            // Reading clips would take the processor from the start, for which somebody waits.
            var started = new TaskCompletionSource();
            await using var _ = host.ApplicationStarted.Register(started.SetResult);
            await started.Task.WaitAsync(stoppingToken);
            do
            {
                try
                {
                    await examples.AddMissingAsync(stoppingToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    logger.SeedingFailed(exception, Interval);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
