using System.CommandLine;
using Magvit.Worker.Commands;

var root = new RootCommand("The MAGVIT worker: runs jobs, and the model library from the shell.")
{
    RunCommand.Create(),
    GenerateCommand.Create(),
    TrainCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
