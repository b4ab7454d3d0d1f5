using System.CommandLine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Magvit.Worker.Commands;

/// <summary><c>run</c>: serves jobs until stopped.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", "Take jobs from the platform until stopped");
        command.SetAction(async (_, cancellationToken) =>
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
            builder.Services.AddWorker(builder.Configuration);
            await builder.Build().RunAsync(cancellationToken);
        });
        return command;
    }
}
