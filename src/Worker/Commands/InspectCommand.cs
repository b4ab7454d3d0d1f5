using System.CommandLine;
using Magvit.Model;
using Magvit.Worker.Models;

namespace Magvit.Worker.Commands;

/// <summary><c>inspect</c>: the parameters of a preset or a model, exactly.</summary>
internal static class InspectCommand
{
    private static readonly Argument<string> What = new("preset|model") { Description = "One of " + string.Join(", ", ModelPreset.All.Select(p => p.Name)) + "; or a folder of a model, a network or a run" };
    private static readonly Option<int> Classes = new("--classes") { Description = "Number of classes of a preset's vocabulary", HelpName = "N" };
    private static readonly Option<int?> Vocabulary = new("--vocabulary") { Description = "Rows of the transformer's table instead of our own multi-task vocabulary, such as 1127; with --sequence", HelpName = "V" };
    private static readonly Option<int?> Sequence = new("--sequence") { Description = "Positions of the transformer, such as 1025 (single-task) or 1026 (multi-task); with --vocabulary", HelpName = "S" };

    public static Command Create()
    {
        var command = new Command("inspect", "Print the parameter table of every network of a preset or a model") { What, Classes, Vocabulary, Sequence };
        command.SetAction(arguments =>
        {
            var (what, output) = (arguments.GetValue(What)!, arguments.InvocationConfiguration.Output);
            var (vocabulary, sequence) = (arguments.GetValue(Vocabulary), arguments.GetValue(Sequence));
            if (vocabulary is null != sequence is null)
            {
                throw new ArgumentException("--vocabulary and --sequence go together: a single-task table has sequences of 1025, a multi-task one of 1026");
            }

            if (ModelPreset.All.Any(p => p.Name == what))
            {
                ParameterTables.WritePreset(ModelPreset.Named(what), arguments.GetValue(Classes), vocabulary, sequence, output);
                return;
            }

            if (!Directory.Exists(what))
            {
                throw new ArgumentException($"{what} is neither a preset ({string.Join(", ", ModelPreset.All.Select(p => p.Name))}) nor a folder");
            }

            ParameterTables.WriteFolder(what, output);
        });
        return command;
    }
}
