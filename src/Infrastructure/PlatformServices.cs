using Magvit.Domain.Assets;
using Magvit.Domain.Drafts;
using Magvit.Domain.Gallery;
using Magvit.Domain.Generation;
using Magvit.Domain.Groups;
using Magvit.Domain.Jobs;
using Magvit.Domain.Models;
using Magvit.Domain.Presets;
using Magvit.Domain.Workers;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Assets;
using Magvit.Infrastructure.Data;
using Magvit.Infrastructure.Drafts;
using Magvit.Infrastructure.Examples;
using Magvit.Infrastructure.Gallery;
using Magvit.Infrastructure.Groups;
using Magvit.Infrastructure.Identity;
using Magvit.Infrastructure.Jobs;
using Magvit.Infrastructure.Media;
using Magvit.Infrastructure.Models;
using Magvit.Infrastructure.Presets;
using Magvit.Infrastructure.Workers;
using Magvit.Infrastructure.Workspaces;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Magvit.Infrastructure;

/// <summary>Registers what the hosts need.</summary>
public static class PlatformServices
{
    private const string ConnectionName = "Platform";
    private const int DefaultPoolSize = 20;

    /// <summary>Statements that each connection keeps planned: the claim alone takes 5 ms to plan.</summary>
    private const int PreparedStatements = 40;

    /// <summary>
    /// Database, queue, artifact store, queries and use cases, for web and worker alike. Settings: <c>ConnectionStrings:Platform</c>,
    /// <see cref="PlatformOptions"/>, <see cref="JobQueueOptions"/>, <see cref="JobLimits"/>.
    /// </summary>
    public static IServiceCollection AddPlatformInfrastructure(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<PlatformOptions>().Bind(configuration.GetSection(PlatformOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<JobQueueOptions>().Bind(configuration.GetSection(JobQueueOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(configuration.GetSection("Platform:JobLimits").Get<JobLimits>() ?? new JobLimits());

        services.AddSingleton(_ => CreateDataSource(configuration));
        services.AddDbContextFactory<PlatformDb>((provider, options) => options.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddSingleton<PlatformDatabase>();

        services.AddSingleton<IArtifactStore>(provider => new FileArtifactStore(
            provider.GetRequiredService<IOptions<PlatformOptions>>().Value.ArtifactsPath, provider.GetRequiredService<TimeProvider>()));
        services.AddPlatformMedia();
        services.AddSingleton<IAssetRepository, AssetRepository>();
        services.AddSingleton<IGalleryRepository, GalleryRepository>();
        services.AddSingleton<IModelRegistry, ModelRegistry>();
        services.AddSingleton<IWorkspaceDirectory, WorkspaceDirectory>();
        services.AddSingleton<IApiTokenRepository, ApiTokenRepository>();
        services.AddSingleton<IJobQueue, PostgresJobQueue>();
        services.AddSingleton<IJobGroupRepository, JobGroupRepository>();
        services.AddSingleton<IDraftRepository, DraftRepository>();
        services.AddSingleton<IRunPresetRepository, RunPresetRepository>();

        services.AddSingleton<AssetQueries>();
        services.AddSingleton<DraftQueries>();
        services.AddSingleton<GalleryQueries>();
        services.AddSingleton<GroupQueries>();
        services.AddSingleton<JobQueries>();
        services.AddSingleton<RunForecasts>();
        services.AddSingleton<ModelQueries>();
        services.AddSingleton<WorkerQueries>();
        services.AddSingleton<WorkspaceQueries>();

        services.AddSingleton<SubmitGenerationJob>();
        services.AddSingleton<SubmitSweep>();
        services.AddSingleton<SubmitBatch>();
        services.AddSingleton<CancelGroup>();
        services.AddSingleton<ReviseGeneration>();
        services.AddSingleton<CancelJob>();
        services.AddSingleton<RetryJob>();
        services.AddSingleton<ImportAsset>();
        services.AddSingleton<ManageGallery>();
        services.AddSingleton<KeepDrafts>();
        services.AddSingleton<ManagePresets>();
        return services;
    }

    /// <summary>Accounts on ASP.NET Core Identity, and data-protection keys in the database; for the web. The caller adds sign-in.</summary>
    public static IdentityBuilder AddPlatformAccounts(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("Magvit");
        services.AddOptions<KeyManagementOptions>().Configure<IDbContextFactory<PlatformDb>>(
            (options, databases) => options.XmlRepository = new DatabaseXmlRepository(databases));
        services.AddScoped<Accounts>();
        return services
            .AddIdentityCore<PlatformUser>(options =>
            {
                options.User.RequireUniqueEmail = true;
                options.Password.RequiredLength = 10;
                options.Password.RequireNonAlphanumeric = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireDigit = false;
            })
            .AddRoles<IdentityRole<Guid>>()
            .AddEntityFrameworkStores<PlatformDb>();
    }

    /// <summary>Examples for new workspaces (<see cref="WorkspaceExamples"/>); for the web.</summary>
    public static IServiceCollection AddExamples(this IServiceCollection services)
    {
        services.AddSingleton<ExampleFiles>();
        services.AddSingleton(provider => new WorkspaceExamples(
            provider.GetRequiredService<IDbContextFactory<PlatformDb>>(), provider.GetRequiredService<ExampleFiles>(), provider.GetRequiredService<IOptions<PlatformOptions>>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<WorkspaceExamples>>()));
        services.AddHostedService<ExampleSeeding>();
        return services;
    }

    /// <summary>News of jobs (<see cref="IJobProgressSource"/>); for the web.</summary>
    public static IServiceCollection AddJobProgressSource(this IServiceCollection services)
    {
        services.AddSingleton<JobProgressSource>();
        services.AddSingleton<IJobProgressSource>(provider => provider.GetRequiredService<JobProgressSource>());
        services.AddHostedService(provider => provider.GetRequiredService<JobProgressSource>());
        return services;
    }

    /// <summary>What a worker needs besides: sign-on, progress out of the compute loop, and the look for jobs of vanished workers.</summary>
    public static IServiceCollection AddJobWorkerInfrastructure(this IServiceCollection services)
    {
        services.AddSingleton<IWorkerRegistry, WorkerRegistry>();
        services.AddSingleton<JobProgressPublisher>();
        services.AddSingleton<IJobProgressPublisher>(provider => provider.GetRequiredService<JobProgressPublisher>());
        services.AddHostedService(provider => provider.GetRequiredService<JobProgressPublisher>());
        services.AddHostedService<JobWatchdog>();
        return services;
    }

    private static NpgsqlDataSource CreateDataSource(IConfiguration configuration)
    {
        var connectionString = configuration.GetConnectionString(ConnectionName)
            ?? throw new InvalidOperationException($"The setting ConnectionStrings:{ConnectionName} is missing. It names the PostgreSQL database of the platform.");
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        if (!connectionString.Contains("Pool Size", StringComparison.OrdinalIgnoreCase))
        {
            builder.ConnectionStringBuilder.MaxPoolSize = DefaultPoolSize;
        }

        if (builder.ConnectionStringBuilder.MaxAutoPrepare == 0)
        {
            builder.ConnectionStringBuilder.MaxAutoPrepare = PreparedStatements;
        }

        return builder.Build();
    }
}
