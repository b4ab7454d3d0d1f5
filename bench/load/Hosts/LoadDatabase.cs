using Magvit.Domain.Workspaces;
using Magvit.Infrastructure;
using Magvit.Infrastructure.Data;
using Magvit.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Magvit.LoadBench.Hosts;

/// <summary>A platform's database with a data folder beside it, and the platform's services over them as a worker has them.</summary>
internal sealed class LoadDatabase : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly string _name;
    private readonly ServiceProvider _services;

    private LoadDatabase(PostgresServer server, string name, ServiceProvider services, IReadOnlyDictionary<string, string?> hostSettings, string folder)
    {
        _server = server;
        _name = name;
        _services = services;
        HostSettings = hostSettings;
        Folder = folder;
    }

    /// <summary>The settings that a host needs to run on it.</summary>
    public IReadOnlyDictionary<string, string?> HostSettings { get; }

    /// <summary>The data folder.</summary>
    public string Folder { get; }

    public NpgsqlDataSource DataSource => Get<NpgsqlDataSource>();

    /// <summary>Makes an empty database with the platform's schema.</summary>
    /// <param name="server">Where.</param>
    /// <param name="name">Its name, also that of its data folder.</param>
    /// <param name="parent">The folder that the data folder is made in.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public static async Task<LoadDatabase> CreateAsync(PostgresServer server, string name, string parent, CancellationToken cancellationToken)
    {
        await server.ExecuteAsync($"create database {name}");
        var folder = Directory.CreateDirectory(Path.Combine(parent, name)).FullName;
        var settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:Platform"] = server.ConnectionStringFor(name),
            ["Platform:DataPath"] = folder,
            ["Platform:ModelsPath"] = HostProcess.ModelsPath,
            ["Platform:Examples"] = "false",
        };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection().AddLogging().AddPlatformInfrastructure(configuration).AddJobWorkerInfrastructure().BuildServiceProvider();
        var database = new LoadDatabase(server, name, services, settings, folder);
        await database.Get<PlatformDatabase>().MigrateAsync(cancellationToken);
        return database;
    }

    public T Get<T>()
        where T : notnull
        => _services.GetRequiredService<T>();

    public Task<PlatformDb> OpenAsync(CancellationToken cancellationToken) => Get<IDbContextFactory<PlatformDb>>().CreateDbContextAsync(cancellationToken);

    /// <summary>A new API token of a member.</summary>
    public async Task<string> KeyAsync(Actor actor, CancellationToken cancellationToken)
        => (await Get<IApiTokenRepository>().IssueAsync(actor, "load", cancellationToken)).Key;

    public string LogPath(string host) => Path.Combine(Folder, $"{host}.log");

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _server.ExecuteAsync($"drop database if exists {_name} with (force)");
    }
}
