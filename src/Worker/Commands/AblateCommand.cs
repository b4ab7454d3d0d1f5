using System.CommandLine;
using Magvit.Model;
using Magvit.Model.Training;
using Magvit.Worker.Ablation;

namespace Magvit.Worker.Commands;

/// <summary><c>ablate</c>: the paper's ablations at a size that fits the machine.</summary>
internal static class AblateCommand
{
    private static readonly Option<string> Data = new("--data") { Description = "A folder with a folder of videos per class, or a manifest; two classes or more", Required = true, HelpName = "DIR|FILE" };
    private static readonly Option<DirectoryInfo> Out = new("--out") { Description = "Folder for runs, evaluations, ablation.json and ablation.md. The same command again goes on where it stopped", Required = true, HelpName = "DIR" };
    private static readonly Option<string> Preset = new("--preset") { Description = "Shape of the networks, such as small-32: " + string.Join(", ", ModelPreset.All.Select(p => p.Name)), DefaultValueFactory = _ => "demo-64", HelpName = "NAME" };
    private static readonly Option<string?> Variants = new("--variants") { Description = "Transformers, comma-separated; default: all of " + string.Join(", ", AblationVariant.All.Select(v => v.Name)), HelpName = "LIST" };
    private static readonly Option<string> Parts = new("--parts") { Description = "Comma-separated: transformers, decoding (other ways to decode the transformer commit), inflation (starts of the tokenizer)", DefaultValueFactory = _ => "transformers,decoding,inflation", HelpName = "LIST" };
    private static readonly Option<string> InflationPreset = new("--inflation-preset") { Description = "Shape of the tokenizers that begin from a 2D twin, with the paper's layers", DefaultValueFactory = _ => "tiny-paper-32", HelpName = "NAME" };
    private static readonly Option<DirectoryInfo?> Tokenizer = new("--tokenizer") { Description = "Folder of a trained tokenizer; default: one is trained first", HelpName = "DIR" };
    private static readonly Option<int> TokenizerSteps = new("--tokenizer-steps") { Description = "Steps of each tokenizer that is trained", DefaultValueFactory = _ => 2000, HelpName = "N" };
    private static readonly Option<int> Steps = new("--steps") { Description = "Steps of each transformer", DefaultValueFactory = _ => 2000, HelpName = "N" };
    private static readonly Option<int> Batch = new("--batch") { Description = "Clips per step", DefaultValueFactory = _ => 16, HelpName = "N" };
    private static readonly Option<double> LearningRate = new("--lr") { Description = "Peak learning rate", DefaultValueFactory = _ => 1e-3, HelpName = "RATE" };
    private static readonly Option<int> Warmup = new("--warmup") { Description = "Steps of linear warm-up", DefaultValueFactory = _ => 100, HelpName = "N" };
    private static readonly Option<int> Seed = new("--seed") { Description = "Fixes data order, masks, initial weights and decoding", DefaultValueFactory = _ => 1, HelpName = "N" };
    private static readonly Option<int> Samples = new("--samples") { Description = "Clips of each fold of the evaluation", DefaultValueFactory = _ => 32, HelpName = "N" };
    private static readonly Option<int> Folds = new("--folds") { Description = "Folds; figures are mean and deviation over them", DefaultValueFactory = _ => 4, HelpName = "N" };
    private static readonly Option<int> ClassifierSteps = new("--classifier-steps") { Description = "Steps of the classifier whose features give FD-own", DefaultValueFactory = _ => 2000, HelpName = "N" };
    private static readonly Option<DirectoryInfo?> Weights = new("--perceptual-weights") { Description = "Folder of published weights for further metrics (or MAGVIT_WEIGHTS)", HelpName = "DIR" };
    private static readonly Option<bool> Float32 = new("--fp32") { Description = "Compute in float32 instead of bfloat16" };

    public static Command Create()
    {
        var command = new Command("ablate", "Check the paper's claims at one size: Tab. 4 to 7 and 14, and ways to decode")
        {
            Data, Out, Preset, Parts, Variants, InflationPreset, Tokenizer, TokenizerSteps, Steps, Batch, LearningRate, Warmup, Seed, Samples, Folds, ClassifierSteps, Weights, Float32,
        };
        command.SetAction((arguments, token) => new AblationRun(Setup(arguments), arguments.InvocationConfiguration.Output).RunAsync(token));
        return command;
    }

    private static AblationSetup Setup(ParseResult arguments) => new()
    {
        Data = Path.GetFullPath(arguments.GetValue(Data)!),
        Out = arguments.GetValue(Out)!.FullName,
        Preset = ModelPreset.Named(arguments.GetValue(Preset)!),
        Tokenizer = arguments.GetValue(Tokenizer)?.FullName,
        TokenizerSteps = arguments.GetValue(TokenizerSteps),
        Options = new TrainingOptions
        {
            Steps = arguments.GetValue(Steps),
            BatchSize = arguments.GetValue(Batch),
            PeakLearningRate = arguments.GetValue(LearningRate),
            WarmupSteps = arguments.GetValue(Warmup),
            Seed = arguments.GetValue(Seed),
            BFloat16 = !arguments.GetValue(Float32),
        },
        Variants = arguments.GetValue(Variants) is { } names ? AblationVariant.Parse(names) : AblationVariant.All,
        Parts = ReadParts(arguments.GetValue(Parts)!),
        InflationPreset = ModelPreset.Named(arguments.GetValue(InflationPreset)!),
        Samples = arguments.GetValue(Samples),
        Folds = arguments.GetValue(Folds),
        ClassifierSteps = arguments.GetValue(ClassifierSteps),
        Weights = arguments.GetValue(Weights)?.FullName,
    };

    private static AblationParts ReadParts(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Aggregate(AblationParts.None, (parts, name) => parts | name switch
        {
            "transformers" => AblationParts.Transformers,
            "decoding" => AblationParts.Decoding,
            "inflation" => AblationParts.Inflation,
            _ => throw new ArgumentException($"no part {name}; there are transformers, decoding, inflation"),
        });
}
