using System.CommandLine;
using System.Globalization;
using Magvit.Model;
using Magvit.Model.Checkpoints;
using Magvit.Model.Tokenizer;
using Magvit.Model.Training;
using Magvit.Model.Transformer;
using Magvit.Worker.Training;
using static TorchSharp.torch;

namespace Magvit.Worker.Commands;

/// <summary><c>train tokenizer|transformer</c>: trains a network on a folder of class folders of videos.</summary>
internal static class TrainCommand
{
    private static readonly Option<DirectoryInfo> Data = new("--data") { Description = "Folder of class folders of videos", Required = true };
    private static readonly Option<DirectoryInfo> Out = new("--out") { Description = "Folder of the run: checkpoints, metrics, the model", Required = true };
    private static readonly Option<string> Preset = new("--preset") { Description = "Network shape", DefaultValueFactory = _ => "demo-64" };
    private static readonly Option<int> Steps = new("--steps") { Description = "Optimizer steps in all", DefaultValueFactory = _ => 2000 };
    private static readonly Option<int> Batch = new("--batch") { Description = "Clips per step", DefaultValueFactory = _ => 16 };
    private static readonly Option<double> LearningRate = new("--lr") { Description = "Peak learning rate", DefaultValueFactory = _ => 1e-3 };
    private static readonly Option<int> Warmup = new("--warmup") { Description = "Steps of warm-up", DefaultValueFactory = _ => 100 };
    private static readonly Option<int> Seed = new("--seed") { Description = "Fixes data order and initial weights", DefaultValueFactory = _ => 1 };
    private static readonly Option<DirectoryInfo> Tokenizer = new("--tokenizer") { Description = "Folder of the trained tokenizer", Required = true };
    private static readonly Option<DirectoryInfo?> DecoderOf = new("--decoder-of") { Description = "Go on from this tokenizer and train its decoder alone; its tokens keep their meaning" };
    private static readonly Option<double> LabelDropout = new("--label-dropout") { Description = "How often a class is withheld, 0 to 1; about 0.1 lets guidance work" };
    private static readonly Option<bool> Float32 = new("--fp32") { Description = "Compute in float32 instead of bfloat16" };

    public static Command Create()
    {
        var tokenizer = new Command("tokenizer", "Stage 1: clips to tokens and back")
            { Data, Out, Preset, Steps, Batch, LearningRate, Warmup, Seed, Float32, DecoderOf };
        tokenizer.SetAction(TrainTokenizerAsync);
        var transformer = new Command("transformer", "Stage 2: all tasks over a frozen tokenizer")
            { Data, Out, Tokenizer, Preset, Steps, Batch, LearningRate, Warmup, Seed, LabelDropout, Float32 };
        transformer.SetAction(TrainTransformerAsync);
        return new Command("train", "Train a network; run the same command again to resume") { tokenizer, transformer };
    }

    private static async Task<int> TrainTokenizerAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var preset = ModelPreset.Named(arguments.GetValue(Preset)!);
        var decoderOf = arguments.GetValue(DecoderOf)?.FullName;
        var options = Options(arguments) with { DecoderOnly = decoderOf is not null };
        var (train, heldOut) = await LoadAsync(arguments, preset.Tokenizer, cancellationToken);
        manual_seed(options.Seed);
        using var network = new VideoTokenizer(preset.Tokenizer);
        if (decoderOf is not null)
        {
            ModelFolder.ReadWeights(decoderOf, network);
        }

        var run = new RunDirectory(arguments.GetValue(Out)!.FullName);
        var metrics = new TokenizerTrainer(network, options, run).Train(train, heldOut, new ConsoleProgress(), cancellationToken);
        ModelFolder.Write(run.ModelPath, network, new ModelManifest
        {
            Kind = "tokenizer",
            Preset = preset.Name,
            Tokenizer = preset.Tokenizer,
            Dataset = arguments.GetValue(Data)!.Name,
            Metrics = metrics,
            TrainingCommand = Invocation(arguments, "tokenizer"),
        });
        Console.WriteLine($"tokenizer in {run.ModelPath}: " + ConsoleProgress.Format(metrics));
        return 0;
    }

    private static async Task<int> TrainTransformerAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var preset = ModelPreset.Named(arguments.GetValue(Preset)!);
        var options = Options(arguments) with { LabelDropout = arguments.GetValue(LabelDropout) };
        var tokenizerFolder = arguments.GetValue(Tokenizer)!.FullName;
        var tokenizerManifest = ModelManifest.Read(tokenizerFolder);
        using var tokenizer = new VideoTokenizer(tokenizerManifest.Tokenizer ?? throw new InvalidDataException($"{tokenizerFolder}: not a tokenizer"));
        ModelFolder.ReadWeights(tokenizerFolder, tokenizer);
        var (train, heldOut) = await LoadAsync(arguments, tokenizer.Config, cancellationToken);
        manual_seed(options.Seed);
        var config = preset.Transformer(train.ClassNames.Count);
        using var network = new MaskedTransformer(config);
        var run = new RunDirectory(arguments.GetValue(Out)!.FullName);
        var trainer = new TransformerTrainer(tokenizer, network, options, TaskMix.All(options.Seed), run);
        var manifest = new ModelManifest
        {
            Kind = "transformer",
            Preset = preset.Name,
            Transformer = config,
            ClassNames = train.ClassNames,
            TokenizerHash = ModelFolder.Hash(tokenizerFolder),
            Dataset = arguments.GetValue(Data)!.Name,
            TrainingCommand = Invocation(arguments, "transformer")
                + (options.LabelDropout > 0 ? string.Create(CultureInfo.InvariantCulture, $" --label-dropout {options.LabelDropout}") : ""),
        };
        var metrics = trainer.Train(train, heldOut, new ConsoleProgress(), cancellationToken);
        ModelFolder.Write(run.ModelPath, network, manifest with { Metrics = metrics });
        Console.WriteLine($"transformer in {run.ModelPath}: " + ConsoleProgress.Format(metrics));
        return 0;
    }

    private static TrainingOptions Options(ParseResult arguments) => new()
    {
        Steps = arguments.GetValue(Steps),
        BatchSize = arguments.GetValue(Batch),
        PeakLearningRate = arguments.GetValue(LearningRate),
        WarmupSteps = arguments.GetValue(Warmup),
        Seed = arguments.GetValue(Seed),
        BFloat16 = !arguments.GetValue(Float32),
    };

    private static async Task<(ClipDataset Train, ClipDataset HeldOut)> LoadAsync(
        ParseResult arguments, TokenizerConfig config, CancellationToken cancellationToken)
    {
        var outFolder = arguments.GetValue(Out)!.FullName;
        var cache = await ClipCache.EnsureAsync(arguments.GetValue(Data)!.FullName, Path.Combine(outFolder, "..", "cache"),
            config.Width, config.Height, Console.WriteLine, cancellationToken);
        var (train, heldOut) = ClipDataset.Load(cache).Split();
        Console.WriteLine($"{train.Count} clips to train on, {heldOut.Count} held out, {train.ClassNames.Count} classes");
        return (train, heldOut);
    }

    private static string Invocation(ParseResult arguments, string network) => string.Create(CultureInfo.InvariantCulture,
        $"./magvit train {network} --data {arguments.GetValue(Data)!.Name} --preset {arguments.GetValue(Preset)} --steps {arguments.GetValue(Steps)} --batch {arguments.GetValue(Batch)} --lr {arguments.GetValue(LearningRate)} --warmup {arguments.GetValue(Warmup)} --seed {arguments.GetValue(Seed)}");
}
