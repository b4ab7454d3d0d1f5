using System.CommandLine;
using Magvit.Model.Training;
using Magvit.Worker.Training;

namespace Magvit.Worker.Commands;

/// <summary><c>tokenize</c>: a data set as tokens, in one file.</summary>
internal static class TokenizeCommand
{
    private static readonly Option<string> Data = new("--data") { Description = "A folder with a folder of videos per class, or a manifest (CSV or JSON lines: file, class, split)", Required = true, HelpName = "DIR|FILE" };
    private static readonly Option<DirectoryInfo> Tokenizer = new("--tokenizer") { Description = "Folder of the tokenizer, such as models/demo-64/tokenizer", Required = true, HelpName = "DIR" };
    private static readonly Option<FileInfo> Out = new("--out") { Description = "The safetensors file to write; decoded clips go into cache beside it", Required = true, HelpName = "FILE" };
    private static readonly Option<int> Windows = new("--windows") { Description = "Windows of each clip, spread evenly; 0 takes as many as fit without overlap (with --training: every start)", HelpName = "N" };
    private static readonly Option<int> Stride = new("--stride") { Description = "Take every n-th frame of a clip", DefaultValueFactory = _ => 1, HelpName = "N" };
    private static readonly Option<bool> ForTraining = new("--training") { Description = "Write what train transformer --tokens reads: training clips alone, with the condition tokens of every task" };
    private static readonly Option<int> GivenFrames = new("--given-frames") { Description = "With --training: frames given by the frame tasks", DefaultValueFactory = _ => 1, HelpName = "N" };
    private static readonly Option<bool> Flip = new("--flip") { Description = "With --training: each window mirrored from left to right too; train transformer --flip takes them" };
    private static readonly Option<bool> BFloat16 = new("--bf16") { Description = "Encode in bfloat16, as train transformer does without --fp32: faster; a token now and then is another one" };

    public static Command Create()
    {
        var command = new Command("tokenize", "Write the tokens of a data set into one file") { Data, Tokenizer, Out, Windows, Stride, ForTraining, GivenFrames, Flip, BFloat16 };
        command.SetAction((arguments, token) => TokenExport.RunAsync(Setup(arguments), arguments.InvocationConfiguration.Output, token));
        return command;
    }

    private static TokenExportSetup Setup(ParseResult arguments)
    {
        if (arguments.GetValue(Flip) && !arguments.GetValue(ForTraining))
        {
            throw new ArgumentException("--flip makes tokens to train with: give --training too");
        }

        return new TokenExportSetup
        {
            Data = Path.GetFullPath(arguments.GetValue(Data)!),
            Tokenizer = arguments.GetValue(Tokenizer)!.FullName,
            Out = arguments.GetValue(Out)!.FullName,
            WindowsPerClip = arguments.GetValue(Windows),
            Sampling = new ClipSampling { FrameStride = arguments.GetValue(Stride), Flip = arguments.GetValue(Flip) },
            IsForTraining = arguments.GetValue(ForTraining),
            GivenFrames = arguments.GetValue(GivenFrames),
            BFloat16 = arguments.GetValue(BFloat16),
        };
    }
}
