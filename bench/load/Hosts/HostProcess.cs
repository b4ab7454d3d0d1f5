using System.Diagnostics;
using System.Globalization;

namespace Magvit.LoadBench.Hosts;

/// <summary>One of our programs, started from the folder of builds as <c>./magvit</c> starts it, its output in a file.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    // artifacts/bin/<project>/<configuration>/ is where every project's output lies.
    private static readonly string Configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
    private static readonly string Artifacts = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));

    /// <summary>What <c>./magvit</c> has the C library do with a worker's memory, and with that of no other program.</summary>
    private const string WorkerMemory = "MAGVIT_WORKER_MEMORY";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly string _log;

    private HostProcess(Process process, string log)
    {
        _process = process;
        _log = log;
    }

    /// <summary>The models of the repository.</summary>
    public static string ModelsPath { get; } = Path.GetFullPath(Path.Combine(Artifacts, "..", "..", "models"));

    public int Id => _process.Id;

    /// <summary>The memory that it holds now.</summary>
    public long ResidentBytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="project">The project, such as <c>Magvit.Web</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="settings">Settings by their names in configuration.</param>
    /// <param name="log">The file that its output is added to.</param>
    public static HostProcess Start(string project, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> settings, string log)
    {
        var folder = Path.Combine(Artifacts, project, Configuration);
        var assembly = Path.Combine(folder, $"{project}.dll");
        if (!File.Exists(assembly))
        {
            throw new FileNotFoundException($"{assembly} is not there. Build the solution first.");
        }

        // The shell only redirects; exec leaves the process number to the program.
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", """log=$1; shift; exec "$@" >> "$log" 2>&1 < /dev/null""", "sh", log, "dotnet", assembly },
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_CONTENTROOT"] = folder;
        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return new HostProcess(Process.Start(start) ?? throw new InvalidOperationException($"{project} did not start."), log);
    }

    /// <summary>Starts a worker on a database and waits until it has joined with its models.</summary>
    public static async Task<HostProcess> StartWorkerAsync(LoadDatabase database, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string?>(database.HostSettings);
        if (Environment.GetEnvironmentVariable(WorkerMemory) is { Length: > 0 } memory)
        {
            settings["GLIBC_TUNABLES"] = memory;
        }

        var process = Start("Magvit.Worker", ["run"], settings, database.LogPath("worker"));
        try
        {
            await process.UntilAsync(() => HasJoinedAsync(database, process.Id, cancellationToken), cancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks a hundred times a second until something holds.</summary>
    /// <exception cref="InvalidOperationException">The process ended, or nothing held within three minutes.</exception>
    public async Task UntilAsync(Func<Task<bool>> holds, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (!await holds())
        {
            if (_process.HasExited || waited.Elapsed > Patience)
            {
                var last = (await File.ReadAllLinesAsync(_log, cancellationToken)).TakeLast(20);
                throw new InvalidOperationException($"{(_process.HasExited ? "The process ended" : $"Nothing came for {Patience}")}:\n{string.Join('\n', last)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
        }
    }

    private static async Task<bool> HasJoinedAsync(LoadDatabase database, int process, CancellationToken cancellationToken)
    {
        await using var command = database.DataSource.CreateCommand(
            "select exists (select from worker_models link join workers worker on worker.id = link.worker_id where worker.process_id = $1)");
        command.Parameters.AddWithValue(process);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    public async ValueTask DisposeAsync()
    {
        // Whatever it was doing, its database goes too.
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
