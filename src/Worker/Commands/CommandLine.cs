using System.CommandLine;
using Magvit.Infrastructure.Media;
using Magvit.Model.Training;
using Magvit.Worker.Generation;

namespace Magvit.Worker.Commands;

/// <summary>The worker's commands, and how their failures are told.</summary>
internal static class CommandLine
{
    private static readonly Option<string?> DeviceName = new("--device")
    {
        Description = $"auto, cpu, cpu-int8, cuda or cuda:N; {ComputeDevice.Variable} says it for all commands",
        Recursive = true,
    };

    /// <summary>Runs one command.</summary>
    /// <returns>0 when it did what was asked; 2 with one sentence when the user can mend it; 130 when it was cancelled.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var root = new RootCommand("The MAGVIT worker: runs jobs, and the model library from the shell.")
        {
            RunCommand.Create(),
            GenerateCommand.Create(),
            ReconstructCommand.Create(),
            InspectCommand.Create(),
            DoctorCommand.Create(),
            SelfCheckCommand.Create(),
            DecodeCommand.Create(),
            TrainCommand.Create(),
            BenchCommand.Create(),
            EvaluateCommand.Create(),
            TokenizeCommand.Create(),
            ConvertCommand.Create(),
            AblateCommand.Create(),
            ExamplesCommand.Create(),
        };
        root.Options.Add(DeviceName);
        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error };
            var parsed = root.Parse(arguments);
            ComputeDevice.Use(parsed.GetValue(DeviceName));
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException or MediaException or IOException or UnauthorizedAccessException or NonFiniteLossException)
        {
            // What the user can mend, in one sentence; anything else keeps its stack trace.
            await error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("cancelled");
            return 130;
        }
    }
}
