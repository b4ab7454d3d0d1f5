using System.CommandLine;
using Magvit.Model;
using Magvit.Model.Training;
using Magvit.Worker.Training;

namespace Magvit.Worker.Commands;

/// <summary><c>train tokenizer|transformer</c>: trains a network on a data set of videos.</summary>
internal static class TrainCommand
{
    private static readonly Option<string> Data = new("--data") { Description = "A folder with a folder of videos per class, or a manifest (CSV or JSON lines: file, class, split)", Required = true };
    private static readonly Option<DirectoryInfo> Out = new("--out") { Description = "Folder of the run: checkpoint, metrics, curves, samples, the model. The same command again resumes it", Required = true };
    private static readonly Option<string> Preset = new("--preset") { Description = "Network shape: " + string.Join(", ", ModelPreset.All.Select(p => p.Name)), DefaultValueFactory = _ => "demo-64" };
    private static readonly Option<int> Steps = new("--steps") { Description = "Optimizer steps in all", DefaultValueFactory = _ => 2000 };
    private static readonly Option<int> Batch = new("--batch") { Description = "Clips per step", DefaultValueFactory = _ => 16 };
    private static readonly Option<double> LearningRate = new("--lr") { Description = "Peak learning rate", DefaultValueFactory = _ => 1e-3 };
    private static readonly Option<int> Warmup = new("--warmup") { Description = "Steps of linear warm-up; one cosine to zero follows", DefaultValueFactory = _ => 100 };
    private static readonly Option<int> Seed = new("--seed") { Description = "Fixes data order, masks and initial weights", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Float32 = new("--fp32") { Description = "Compute in float32 instead of bfloat16 over float32 weights" };
    private static readonly Option<bool> Flip = new("--flip") { Description = "Mirror every second window from left to right; not for classes that tell left from right" };
    private static readonly Option<bool> FixedStart = new("--fixed-start") { Description = "Always take a clip's first window instead of a random one" };
    private static readonly Option<int> Stride = new("--stride") { Description = "Take every n-th frame of a clip", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> EvaluateEvery = new("--evaluate-every") { Description = "Steps between measurements on held-out clips", DefaultValueFactory = _ => 200 };
    private static readonly Option<int> SampleEvery = new("--sample-every") { Description = "At least so many steps between sample sheets, drawn after a measurement; 0 draws none", DefaultValueFactory = _ => 1000 };
    private static readonly Option<double> CheckpointMinutes = new("--checkpoint-minutes") { Description = "Minutes between checkpoints", DefaultValueFactory = _ => 3 };
    private static readonly Option<DirectoryInfo> Tokenizer = new("--tokenizer") { Description = "Folder of the trained tokenizer, such as RUN/model", Required = true };
    private static readonly Option<DirectoryInfo?> DecoderOf = new("--decoder-of") { Description = "Go on from this tokenizer and train its decoder alone; its tokens keep their meaning" };

    public static Command Create()
    {
        var tokenizer = new Command("tokenizer", "Stage 1: clips to tokens and back") { DecoderOf };
        tokenizer.SetAction((arguments, token) => TokenizerTraining.RunAsync(
            Setup(arguments), arguments.GetValue(DecoderOf)?.FullName, arguments.InvocationConfiguration.Output, token));
        var transformer = new Command("transformer", "Stage 2: all tasks over a frozen tokenizer") { Tokenizer };
        transformer.SetAction((arguments, token) => TransformerTraining.RunAsync(
            Setup(arguments), arguments.GetValue(Tokenizer)!.FullName, arguments.InvocationConfiguration.Output, token));
        foreach (var command in new[] { tokenizer, transformer })
        {
            foreach (Option option in (Option[])[Data, Out, Preset, Steps, Batch, LearningRate, Warmup, Seed, Float32, Flip, FixedStart, Stride, EvaluateEvery, SampleEvery, CheckpointMinutes])
            {
                command.Add(option);
            }
        }

        return new Command("train", "Train a network; run the same command again to resume") { tokenizer, transformer };
    }

    private static TrainingSetup Setup(ParseResult arguments) => new()
    {
        Data = Path.GetFullPath(arguments.GetValue(Data)!),
        Out = arguments.GetValue(Out)!.FullName,
        Preset = ModelPreset.Named(arguments.GetValue(Preset)!),
        Options = new TrainingOptions
        {
            Steps = arguments.GetValue(Steps),
            BatchSize = arguments.GetValue(Batch),
            PeakLearningRate = arguments.GetValue(LearningRate),
            WarmupSteps = arguments.GetValue(Warmup),
            Seed = arguments.GetValue(Seed),
            BFloat16 = !arguments.GetValue(Float32),
            EvaluateEvery = arguments.GetValue(EvaluateEvery),
            CheckpointEvery = TimeSpan.FromMinutes(arguments.GetValue(CheckpointMinutes)),
        },
        Sampling = new ClipSampling
        {
            Flip = arguments.GetValue(Flip),
            RandomStart = !arguments.GetValue(FixedStart),
            FrameStride = arguments.GetValue(Stride),
        },
        SampleEvery = arguments.GetValue(SampleEvery),
        Command = Invocation(arguments),
    };

    // As it was typed, without the folders of this machine.
    private static string Invocation(ParseResult arguments) =>
        "./magvit " + string.Join(' ', arguments.Tokens.Select(t => Path.IsPathRooted(t.Value) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(t.Value)) : t.Value));
}
