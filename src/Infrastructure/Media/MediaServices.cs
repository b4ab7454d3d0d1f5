using Magvit.Domain.Assets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Magvit.Infrastructure.Media;

/// <summary>Registers what reads and writes media.</summary>
public static class MediaServices
{
    /// <summary>Adds the importer; it needs an <see cref="IArtifactStore"/>.</summary>
    public static IServiceCollection AddPlatformMedia(this IServiceCollection services)
    {
        services.TryAddSingleton<IMediaImporter, MediaImporter>();
        return services;
    }
}
