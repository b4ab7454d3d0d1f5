using System.Diagnostics;
using Npgsql;

namespace Magvit.Testing;

/// <summary>
/// A PostgreSQL for the tests of this process: a private cluster in the temporary folder, reached by a socket only, which starts with the
/// first database and goes with the process; or the server that the variable MAGVIT_TEST_POSTGRES names by a connection string. Measurements
/// start one of their own, as durable as that of a real platform.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The connection string of a server to use instead of a private one; its user must be allowed to create databases.</summary>
    public const string ServerVariable = "MAGVIT_TEST_POSTGRES";

    private const string FolderPrefix = "magvit-pg-";
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);
    private static readonly Lazy<Task<PostgresServer>> Server = new(StartSharedAsync);

    private readonly string? _folder;

    private PostgresServer(string connectionString, string? folder)
    {
        ConnectionString = connectionString;
        _folder = folder;
    }

    /// <summary>Connects to the maintenance database.</summary>
    public string ConnectionString { get; }

    /// <summary>The server of this process.</summary>
    public static Task<PostgresServer> SharedAsync() => Server.Value;

    /// <summary>Starts a private server that writes as carefully as a real platform's: figures that are taken on it hold there too.</summary>
    public static Task<PostgresServer> StartDurableAsync() => StartPrivateAsync("-durable", "");

    /// <summary>Stops and removes a private server.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_folder is not null)
        {
            await StopAndDeleteAsync(_folder);
        }
    }

    /// <summary>Runs SQL in the maintenance database.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The connection string of another database of this server.</summary>
    public string ConnectionStringFor(string database)
        => new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database }.ConnectionString;

    private static async Task<PostgresServer> StartSharedAsync()
    {
        if (Environment.GetEnvironmentVariable(ServerVariable) is { Length: > 0 } given)
        {
            return new PostgresServer(given, folder: null);
        }

        // Tests need no fsync.
        return await StartPrivateAsync("", "-c fsync=off");
    }

    private static async Task<PostgresServer> StartPrivateAsync(string folderSuffix, string settings)
    {
        await RemoveLeftoversAsync();
        var folder = Path.Combine(Path.GetTempPath(), $"{FolderPrefix}{Environment.ProcessId}{folderSuffix}");
        await PostgresTools.RunAsync("initdb", "-D", folder, "-U", "app", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        await StartAsync(folder, settings);
        var server = new PostgresServer($"Host={folder};Username=app;Database=postgres", folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Remove();
        return server;
    }

    private static async Task StartAsync(string folder, string settings)
    {
        // The folder belongs to its user alone, and the socket lies in it: nobody else can connect, so trust is enough.
        var options = $"-c listen_addresses= -c unix_socket_directories={folder} -c max_connections=200 -c timezone=UTC {settings}";
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await PostgresTools.RunAsync("pg_ctl", "-D", folder, "-l", Path.Combine(folder, "server.log"), "-o", options, "-w", "-t", "60", "start");
                return;
            }
            catch (InvalidOperationException) when (waited.Elapsed < StartPatience && File.Exists(Path.Combine(folder, "postmaster.pid")))
            {
                // A killed postmaster stays a zombie for up to two seconds, and until then its pid file stops the next.
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }
        }
    }

    /// <summary>Stops and removes the clusters of test processes that were killed.</summary>
    private static async Task RemoveLeftoversAsync()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), FolderPrefix + "*"))
        {
            var number = Path.GetFileName(folder)[FolderPrefix.Length..].Split('-')[0];
            if (int.TryParse(number, out var process) && !Directory.Exists($"/proc/{process}"))
            {
                await StopAndDeleteAsync(folder);
            }
        }
    }

    private static async Task StopAndDeleteAsync(string folder)
    {
        try
        {
            await PostgresTools.RunAsync("pg_ctl", "-D", folder, "-m", "immediate", "-w", "stop");
        }
        catch (InvalidOperationException)
        {
            // It does not run.
        }

        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another test process clears the same leftovers, or they are another user's.
        }
    }

    private void Remove()
    {
        if (_folder is not null)
        {
            Task.Run(() => StopAndDeleteAsync(_folder)).Wait(TimeSpan.FromSeconds(10));
        }
    }
}
