using Magvit.Infrastructure.Data;
using Magvit.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Magvit.Infrastructure.Tests.Data;

public sealed class PlatformDatabaseTests
{
    [Fact]
    public async Task MigrateAsync_FourProcessesAtOnce_MigratesOnce()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var hosts = Enumerable.Range(0, 4).Select(_ => Services(database)).ToList();

        await Task.WhenAll(hosts.Select(host => Task.Run(() => host.GetRequiredService<PlatformDatabase>().MigrateAsync(CancellationToken.None))));
        await hosts[0].GetRequiredService<PlatformDatabase>().MigrateAsync(CancellationToken.None);

        await using (var db = await hosts[0].GetRequiredService<IDbContextFactory<PlatformDb>>().CreateDbContextAsync())
        {
            Assert.Equal(db.Database.GetMigrations(), await db.Database.GetAppliedMigrationsAsync());
            Assert.Equal(0, await db.Jobs.CountAsync());
        }

        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task Model_AgainstMigrations_HasNoPendingChanges()
    {
        await using var platform = await TestPlatform.StartAsync();
        await using var db = await platform.OpenAsync();
        Assert.False(db.Database.HasPendingModelChanges(), "The model has changed: write a migration (docs/development.md).");
    }

    private static ServiceProvider Services(TestDatabase database) => new ServiceCollection()
        .AddLogging()
        .AddPlatformInfrastructure(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:Platform"] = database.ConnectionString })
            .Build())
        .BuildServiceProvider();
}
