using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Magvit.Infrastructure.Media;

/// <summary>Runs ffmpeg and ffprobe as child processes that are limited in time, memory, output and reach, and never outlive their caller.</summary>
internal static class FfmpegProcess
{
    private const string Prlimit = "/usr/bin/prlimit";
    private const int PrlimitFoundNoProgram = 127;
    private const int KeptErrorLines = 20;

    /// <summary>Runs the command and returns its standard output.</summary>
    /// <exception cref="FfmpegException">The program is missing, failed, or went over a limit.</exception>
    public static async Task<FfmpegResult> RunAsync(FfmpegCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Start(command);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(command.TimeLimit);
        using var output = new MemoryStream();
        var errors = new Queue<string>();
        var tasks = new[]
        {
            WriteInputAsync(process, command, limit.Token),
            CopyLimitedAsync(process.StandardOutput.BaseStream, output, command, limit.Token),
            ReadErrorsAsync(process.StandardError, errors, limit.Token),
        };

        try
        {
            // The first pipe that fails ends the run; the others would otherwise wait for a process that nobody reads any more.
            await foreach (var finished in Task.WhenEach(tasks).WithCancellation(limit.Token))
            {
                await finished;
            }

            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FfmpegException(
                FfmpegFailure.TimedOut, $"{command.Program} did not finish within {command.TimeLimit.TotalSeconds:0} seconds", errors.ToArray());
        }
        finally
        {
            await limit.CancelAsync();
            await EndAsync(process, tasks);
        }

        if (process.ExitCode == PrlimitFoundNoProgram && errors.Any(line => line.StartsWith("prlimit:", StringComparison.Ordinal)))
        {
            throw Missing(command, null);
        }

        if (process.ExitCode != 0)
        {
            var reason = errors.Count > 0 ? errors.Last() : "no message";
            throw new FfmpegException(FfmpegFailure.Failed, $"{command.Program} ended with code {process.ExitCode}: {reason}", errors.ToArray());
        }

        return new FfmpegResult(output.ToArray(), errors.ToArray());
    }

    private static Process Start(FfmpegCommand command)
    {
        var limited = command.MemoryLimitBytes > 0 && File.Exists(Prlimit);
        var start = new ProcessStartInfo(limited ? Prlimit : command.Program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (limited)
        {
            start.ArgumentList.Add("--as=" + command.MemoryLimitBytes.ToString(CultureInfo.InvariantCulture));
            start.ArgumentList.Add("--");
            start.ArgumentList.Add(command.Program);
        }

        string[] safety = command.Program == "ffmpeg"
            ? ["-nostdin", "-hide_banner", "-loglevel", "error", "-y", "-protocol_whitelist", "file,pipe"]
            : ["-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file,pipe"];
        foreach (var argument in safety.Concat(command.Arguments))
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw Missing(command, exception);
        }
    }

    private static FfmpegException Missing(FfmpegCommand command, Exception? exception) => new(
        FfmpegFailure.Missing, $"{command.Program} is not installed; install the package ffmpeg (./magvit doctor says what is missing)", [], exception);

    private static async Task WriteInputAsync(Process process, FfmpegCommand command, CancellationToken cancellationToken)
    {
        await using var input = process.StandardInput.BaseStream;
        if (command.WriteInput is null)
        {
            return;
        }

        try
        {
            await command.WriteInput(input, cancellationToken);
            await input.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            // A broken pipe: the process ended early, and its exit code and message say why better than the pipe does.
        }
    }

    private static async Task ReadErrorsAsync(StreamReader reader, Queue<string> lines, CancellationToken cancellationToken)
    {
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                continue;
            }

            lines.Enqueue(line.Length > 500 ? line[..500] : line);
            if (lines.Count > KeptErrorLines)
            {
                lines.Dequeue();
            }
        }
    }

    private static async Task CopyLimitedAsync(Stream source, Stream target, FfmpegCommand command, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 17];
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (target.Length + read > command.MaxOutputBytes)
            {
                throw new FfmpegException(
                    FfmpegFailure.OutputTooLarge, $"{command.Program} wrote more than {command.MaxOutputBytes} bytes", []);
            }

            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    /// <summary>Leaves no process behind: kills it if it still runs, then waits until it and its pipes are gone.</summary>
    private static async Task EndAsync(Process process, Task[] tasks)
    {
        try
        {
            // Looking for its children reads every process of the machine: not when there is nothing to kill.
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }

        await process.WaitForExitAsync(CancellationToken.None);
        await Task.WhenAll(tasks).ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
