using System.CommandLine;
using Magvit.Worker.Examples;

namespace Magvit.Worker.Commands;

/// <summary><c>examples</c>: the clips that a new platform's library and gallery begin with.</summary>
internal static class ExamplesCommand
{
    private static readonly Option<DirectoryInfo> Model = new("--model") { Description = "Model folder; its folder gallery is made anew", DefaultValueFactory = _ => new DirectoryInfo("models/demo-64") };
    private static readonly Option<string> Data = new("--data") { Description = "A folder with a folder of videos per class, a manifest, or a cache file: held-out clips are taken from it", Required = true };
    private static readonly Option<string?> Inputs = new("--inputs") { Description = "Comma-separated names (CLASS/CLIP) of held-out clips to work on; default: some of all classes", HelpName = "NAMES" };
    private static readonly Option<long> Seed = new("--seed") { Description = "The first example's seed; each takes the next", DefaultValueFactory = _ => 1, HelpName = "N" };

    public static Command Create()
    {
        var command = new Command("examples", "Make the clips that a new platform shows: MODEL/gallery") { Model, Data, Inputs, Seed };
        command.SetAction((arguments, token) => new ExampleGallery(
            arguments.GetValue(Model)!.FullName, Path.GetFullPath(arguments.GetValue(Data)!),
            arguments.GetValue(Inputs)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            arguments.GetValue(Seed), arguments.InvocationConfiguration.Output).WriteAsync(token));
        return command;
    }
}
