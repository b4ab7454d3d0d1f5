using System.Diagnostics;

namespace Magvit.Testing;

/// <summary>Runs the programs of the installed PostgreSQL, which refuse to serve as root: then as the user postgres.</summary>
internal static class PostgresTools
{
    private const string DebianFolder = "/usr/lib/postgresql";

    private static readonly Lazy<string> BinFolder = new(FindBinFolder);

    public static async Task RunAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(BinFolder.Value, program);
        var (code, output) = Environment.UserName == "root"
            ? await StartAsync("setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", path, .. arguments])
            : await StartAsync(path, arguments);
        if (code != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {code}: {output}");
        }
    }

    private static async Task<(int Code, string Output)> StartAsync(string program, string[] arguments)
    {
        // The root folder as working folder: the user postgres may not be able to enter the current one.
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    private static string FindBinFolder()
    {
        var newest = Directory.Exists(DebianFolder)
            ? Directory.EnumerateDirectories(DebianFolder)
                .Where(folder => File.Exists(Path.Combine(folder, "bin", "initdb")))
                .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
                .FirstOrDefault()
            : null;
        if (newest is not null)
        {
            return Path.Combine(newest, "bin");
        }

        var initdb = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
        return initdb ?? throw new InvalidOperationException(
            $"PostgreSQL is not installed. Install it (apt-get install postgresql), or name a server in {PostgresServer.ServerVariable}.");
    }
}
