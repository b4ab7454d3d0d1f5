using System.CommandLine;
using System.CommandLine.Parsing;
using Magvit.Model;
using Magvit.Model.Training;
using Magvit.Worker.Training;

namespace Magvit.Worker.Commands;

/// <summary>The options that both stages of training take.</summary>
internal static class TrainingArguments
{
    public static readonly Option<string> Data = new("--data") { Description = "A folder with a folder of videos per class, or a manifest (CSV or JSON lines: file, class, split)", Required = true, HelpName = "DIR|FILE" };
    public static readonly Option<string> Preset = new("--preset") { Description = "Shape of the network: " + string.Join(", ", ModelPreset.All.Select(p => p.Name)), DefaultValueFactory = _ => "demo-64", HelpName = "NAME" };
    public static readonly Option<string> Recipe = new("--recipe") { Description = "Settings that options do not give: demo (ours, for small networks and short runs) or paper (as published)", DefaultValueFactory = _ => "demo", HelpName = "demo|paper" };
    public static readonly Option<int> Seed = new("--seed") { Description = "Fixes data order, masks and initial weights", DefaultValueFactory = _ => 1, HelpName = "N" };

    private static readonly Option<DirectoryInfo> Out = new("--out") { Description = "Folder of the run: checkpoint, metrics, curves, samples, the model. The same command again resumes it", Required = true, HelpName = "RUN" };
    private static readonly Option<int> Steps = new("--steps") { Description = "Optimizer steps in all", DefaultValueFactory = _ => 2000, HelpName = "N" };
    private static readonly Option<int?> Batch = new("--batch") { Description = "Clips per step; 16, paper: 128 for a tokenizer, 256 for a transformer", HelpName = "N" };
    private static readonly Option<int> MicroBatches = new("--micro-batches") { Description = "Take a step's clips in so many parts and add up their gradients: less memory, same step", DefaultValueFactory = _ => 1, HelpName = "N" };
    private static readonly Option<double?> LearningRate = new("--lr") { Description = "Peak learning rate; 1e-3, paper: 1e-4", HelpName = "RATE" };
    private static readonly Option<int?> Warmup = new("--warmup") { Description = "Steps of linear warm-up, one cosine to zero follows; 100, paper: 100 for a tokenizer (it takes one epoch), 5000 for a transformer", HelpName = "N" };
    private static readonly Option<double?> EmaDecay = new("--ema") { Description = "Decay of the averaged weights; 0.999, paper: none for a transformer. 0 averages nothing", HelpName = "DECAY" };
    private static readonly Option<bool> Float32 = new("--fp32") { Description = "Compute in float32 instead of bfloat16 over float32 weights; paper: always" };
    private static readonly Option<bool> Flip = new("--flip") { Description = "Mirror every second window from left to right; not for classes that tell left from right" };
    private static readonly Option<bool> FixedStart = new("--fixed-start") { Description = "Always take a clip's first window instead of a random one" };
    private static readonly Option<int> Stride = new("--stride") { Description = "Take every n-th frame of a clip", DefaultValueFactory = _ => 1, HelpName = "N" };
    private static readonly Option<int> EvaluateEvery = new("--evaluate-every") { Description = "Steps between measurements on held-out clips", DefaultValueFactory = _ => 200, HelpName = "N" };
    private static readonly Option<int> SampleEvery = new("--sample-every") { Description = "At least so many steps between sample sheets, drawn after a measurement; 0 draws none", DefaultValueFactory = _ => 1000, HelpName = "N" };
    private static readonly Option<double> CheckpointMinutes = new("--checkpoint-minutes") { Description = "Minutes between checkpoints", DefaultValueFactory = _ => 3, HelpName = "N" };

    /// <summary>Adds the options to a command.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Data, Out, Preset, Recipe, Steps, Batch, MicroBatches, LearningRate, Warmup, EmaDecay, Seed, Float32,
            Flip, FixedStart, Stride, EvaluateEvery, SampleEvery, CheckpointMinutes])
        {
            command.Add(option);
        }
    }

    /// <summary>Whether the settings not given are the paper's.</summary>
    /// <exception cref="ArgumentException">There is no such recipe.</exception>
    public static bool IsPaper(ParseResult arguments) => arguments.GetValue(Recipe) switch
    {
        "paper" => true,
        "demo" => false,
        var other => throw new ArgumentException($"no recipe {other}; there are demo and paper"),
    };

    /// <summary>What the options say, over the defaults of the recipe.</summary>
    public static TrainingSetup Read(ParseResult arguments, TrainingOptions defaults)
    {
        var options = defaults with
        {
            Steps = arguments.GetValue(Steps),
            BatchSize = arguments.GetValue(Batch) ?? defaults.BatchSize,
            MicroBatches = arguments.GetValue(MicroBatches),
            PeakLearningRate = arguments.GetValue(LearningRate) ?? defaults.PeakLearningRate,
            WarmupSteps = arguments.GetValue(Warmup) ?? defaults.WarmupSteps,
            EmaDecay = arguments.GetValue(EmaDecay) ?? defaults.EmaDecay,
            Seed = arguments.GetValue(Seed),
            BFloat16 = defaults.BFloat16 && !arguments.GetValue(Float32),
            EvaluateEvery = arguments.GetValue(EvaluateEvery),
            CheckpointEvery = TimeSpan.FromMinutes(arguments.GetValue(CheckpointMinutes)),
        };
        return new TrainingSetup
        {
            Data = Path.GetFullPath(arguments.GetValue(Data)!),
            Out = arguments.GetValue(Out)!.FullName,
            Preset = ModelPreset.Named(arguments.GetValue(Preset)!),
            Options = options,
            Sampling = new ClipSampling
            {
                Flip = arguments.GetValue(Flip),
                RandomStart = !arguments.GetValue(FixedStart),
                FrameStride = arguments.GetValue(Stride),
            },
            SampleEvery = arguments.GetValue(SampleEvery),
            Command = Invocation(arguments),
        };
    }

    // As it was typed, without the folders of this machine.
    private static string Invocation(ParseResult arguments) => "./magvit " + string.Join(' ', arguments.Tokens.Select(Typed));

    private static string Typed(Token token) =>
        Path.IsPathRooted(token.Value) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(token.Value)) : token.Value;
}
