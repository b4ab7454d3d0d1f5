using System.CommandLine;
using Magvit.Model;
using Magvit.Worker.Training;

namespace Magvit.Worker.Commands;

/// <summary><c>decode</c>: a data set of videos to one file of frames, for a machine that has no ffmpeg.</summary>
internal static class DecodeCommand
{
    private static readonly Option<string> Data = new("--data") { Description = "A folder with a folder of videos per class, or a manifest", Required = true };
    private static readonly Option<FileInfo> Out = new("--out") { Description = "The file to write, .safetensors; train takes it as --data", Required = true };
    private static readonly Option<string> Preset = new("--preset") { Description = "The network whose clip size the frames take", DefaultValueFactory = _ => "demo-64" };

    public static Command Create()
    {
        var command = new Command("decode", "Decode a data set into one file of frames, which train takes as --data") { Data, Out, Preset };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (output, target) = (arguments.InvocationConfiguration.Output, arguments.GetValue(Out)!.FullName);
        var shape = ModelPreset.Named(arguments.GetValue(Preset)!).Tokenizer;
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(target)!, $".decode-{Environment.ProcessId}")).FullName;
        try
        {
            var cache = await ClipCache.EnsureAsync(
                Path.GetFullPath(arguments.GetValue(Data)!), folder, shape.Width, shape.Height, output.WriteLine, cancellationToken);
            File.Move(cache, target, overwrite: true);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }
}
