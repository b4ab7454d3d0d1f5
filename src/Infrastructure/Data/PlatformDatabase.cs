using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Magvit.Infrastructure.Data;

/// <summary>Brings the database up to date.</summary>
public sealed class PlatformDatabase(NpgsqlDataSource dataSource, IDbContextFactory<PlatformDb> databases)
{
    /// <summary>Applies the missing migrations. Several processes may call it at once: one works, the others wait.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var holder = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var acquire = new NpgsqlCommand($"select pg_advisory_lock({AdvisoryLocks.Migration}, 0)", holder) { CommandTimeout = 0 };
        await acquire.ExecuteNonQueryAsync(cancellationToken);
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            await db.Database.MigrateAsync(cancellationToken);
        }
        finally
        {
            await using var release = new NpgsqlCommand($"select pg_advisory_unlock({AdvisoryLocks.Migration}, 0)", holder);
            await release.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }
}
