using System.Diagnostics;
using Magvit.Domain.Models;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>The real worker as a process of its own, with the models that ship.</summary>
public sealed class WorkerProcess(IReadOnlyDictionary<string, string?> settings, IModelRegistry models) : IHostedService, IDisposable
{
    // artifacts/bin/<project>/<configuration>/ is where every project's output lies.
    private static readonly string Configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
    private static readonly string Artifacts = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));
    private Process? _process;

    /// <summary>The models of the repository.</summary>
    public static string ModelsPath { get; } = Path.GetFullPath(Path.Combine(Artifacts, "..", "..", "models"));

    /// <summary>Starts it and waits until it has told of its models.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet") { ArgumentList = { Path.Combine(Artifacts, "Magvit.Worker", Configuration, "Magvit.Worker.dll"), "run" } };
        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        start.Environment["Platform__ModelsPath"] = ModelsPath;
        _process = Process.Start(start) ?? throw new InvalidOperationException("the worker did not start");
        while ((await models.ListAsync(cancellationToken)).Count == 0)
        {
            Assert.False(_process.HasExited, "the worker ended before it joined");
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Kill();
        await _process!.WaitForExitAsync(cancellationToken);
    }

    /// <summary>As the system kills a process that took too much memory.</summary>
    public void Kill() => _process!.Kill();

    public void Dispose() => _process?.Dispose();
}
