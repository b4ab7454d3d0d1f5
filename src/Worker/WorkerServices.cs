using Magvit.Infrastructure;
using Magvit.Worker.Decoding;
using Magvit.Worker.Generation;
using Magvit.Worker.Jobs;
using Magvit.Worker.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Magvit.Worker;

/// <summary>Registers what a worker is made of.</summary>
internal static class WorkerServices
{
    public static IServiceCollection AddWorker(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddPlatformInfrastructure(configuration);
        services.AddJobWorkerInfrastructure();
        services.AddSingleton<ComputeThread>();
        services.AddSingleton<ModelCatalog>();
        services.AddOptions<DecodingEngineOptions>().Bind(configuration.GetSection(DecodingEngineOptions.Section));
        services.AddSingleton<DecodingEngine>();
        services.AddSingleton<CanvasDecoding>();
        services.AddSingleton<FrameCache>();
        services.AddSingleton<GenerationJobHandler>();
        services.AddHostedService<WorkerService>();
        return services;
    }
}
