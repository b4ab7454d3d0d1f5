using System.CommandLine;
using Magvit.Infrastructure.Media;
using Magvit.Model.Training;
using Magvit.Worker.Commands;

var root = new RootCommand("The MAGVIT worker: runs jobs, and the model library from the shell.")
{
    RunCommand.Create(),
    GenerateCommand.Create(),
    ReconstructCommand.Create(),
    InspectCommand.Create(),
    DoctorCommand.Create(),
    TrainCommand.Create(),
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is ArgumentException or InvalidDataException or MediaException or IOException or NonFiniteLossException)
{
    // What the user can mend, in one sentence; anything else keeps its stack trace.
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("cancelled");
    return 130;
}
