using System.CommandLine;
using System.Globalization;
using Magvit.Model;
using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;
using static TorchSharp.torch;

namespace Magvit.Worker.Commands;

/// <summary><c>inspect</c>: the parameters of a preset, exactly.</summary>
internal static class InspectCommand
{
    private static readonly Argument<string> Preset = new("preset") { Description = "One of " + string.Join(", ", ModelPreset.All.Select(p => p.Name)) };
    private static readonly Option<int> Classes = new("--classes") { Description = "Number of classes" };

    public static Command Create()
    {
        var command = new Command("inspect", "Print the parameter table of a preset") { Preset, Classes };
        command.SetAction(arguments =>
        {
            var preset = ModelPreset.Named(arguments.GetValue(Preset)!);
            using var tokenizer = new VideoTokenizer(preset.Tokenizer);
            using var transformer = new MaskedTransformer(preset.Transformer(arguments.GetValue(Classes)));
            Print("tokenizer", tokenizer);
            Print("transformer", transformer);
        });
        return command;
    }

    private static void Print(string title, nn.Module network)
    {
        Console.WriteLine(title);
        foreach (var part in network.named_parameters().GroupBy(p => p.name.Split('.')[0]))
        {
            Line(part.Key, part.Sum(p => p.parameter.numel()));
        }

        Line("total", network.parameters().Sum(p => p.numel()));
    }

    private static void Line(string name, long count) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-14}{count,15:n0}"));
}
