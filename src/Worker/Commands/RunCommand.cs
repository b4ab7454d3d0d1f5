using System.CommandLine;
using Magvit.Infrastructure;
using Magvit.Worker.Generation;
using Magvit.Worker.Jobs;
using Magvit.Worker.Models;
using Microsoft.Extensions.DependencyInjection;
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
            builder.Services.AddPlatformInfrastructure(builder.Configuration);
            builder.Services.AddJobWorkerInfrastructure();
            builder.Services.AddSingleton<ComputeThread>();
            builder.Services.AddSingleton<ModelCatalog>();
            builder.Services.AddSingleton<GenerationJobHandler>();
            builder.Services.AddHostedService<WorkerService>();
            await builder.Build().RunAsync(cancellationToken);
        });
        return command;
    }
}
