using Npgsql;

namespace Magvit.Infrastructure.Data;

/// <summary>Opens connections that LISTEN: outside the pool, and kept awake so that a dead peer is noticed.</summary>
internal static class ListeningConnection
{
    private const int KeepAliveSeconds = 10;

    public static async Task<NpgsqlConnection> OpenAsync(
        NpgsqlDataSource dataSource, IReadOnlyList<string> channels, CancellationToken cancellationToken)
    {
        // A clone inherits the password and the type mapping, which the connection string alone lacks.
        await using var pooled = dataSource.CreateConnection();
        var settings = new NpgsqlConnectionStringBuilder(pooled.ConnectionString) { Pooling = false, KeepAlive = KeepAliveSeconds };
        var connection = await pooled.CloneWithAsync(settings.ConnectionString, cancellationToken);
        try
        {
            await connection.OpenAsync(cancellationToken);
            foreach (var channel in channels)
            {
                await using var listen = new NpgsqlCommand($"listen {channel}", connection);
                await listen.ExecuteNonQueryAsync(cancellationToken);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
