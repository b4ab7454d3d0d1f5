using System.CommandLine;
using Magvit.Model.Decoding;
using Magvit.Model.Evaluation;
using Magvit.Model.Masking;
using Magvit.Model.Training;
using Magvit.Worker.Evaluation;

namespace Magvit.Worker.Commands;

/// <summary><c>evaluate</c>: how good a model is, in figures and to look at.</summary>
internal static class EvaluateCommand
{
    private const string NoTasks = "none";

    private static readonly Option<DirectoryInfo?> Model = new("--model") { Description = "Model folder with tokenizer/ and, to generate, transformer/" };
    private static readonly Option<DirectoryInfo?> Tokenizer = new("--tokenizer") { Description = "In place of --model: folder of a tokenizer, such as RUN/model" };
    private static readonly Option<DirectoryInfo?> Transformer = new("--transformer") { Description = "With --tokenizer: folder of a transformer over it" };
    private static readonly Option<string> Data = new("--data") { Description = "A folder with a folder of videos per class, or a manifest (CSV or JSON lines: file, class, split)", Required = true };
    private static readonly Option<DirectoryInfo> Out = new("--out") { Description = "Folder for report.json, report.md, samples/ and the classifier", Required = true };
    private static readonly Option<string> Split = new("--split") { Description = "held-out, train or all", DefaultValueFactory = _ => "held-out" };
    private static readonly Option<string?> Tasks = new("--tasks") { Description = $"Comma-separated tasks, or {NoTasks}; default: the ten of the paper. There are " + string.Join(", ", GenerationTasks.All.Select(t => t.Name())) };
    private static readonly Option<int> Samples = new("--samples") { Description = "Clips of each fold", DefaultValueFactory = _ => 16 };
    private static readonly Option<int> Folds = new("--folds") { Description = "Folds; figures are mean and deviation over them", DefaultValueFactory = _ => 4 };
    private static readonly Option<int> Batch = new("--batch") { Description = "Clips of a forward pass", DefaultValueFactory = _ => 8 };
    private static readonly Option<int> Seed = new("--seed") { Description = "Clip i is decoded with this plus i", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Steps = new("--steps") { Description = "Decoding steps", DefaultValueFactory = _ => 12 };
    private static readonly Option<double> Temperature = new("--temperature") { Description = "Choice temperature", DefaultValueFactory = _ => 4.5 };
    private static readonly Option<double?> SamplingTemperature = new("--sampling-temperature") { Description = "Below 1: likelier tokens; default: what suits the model" };
    private static readonly Option<double?> Guidance = new("--guidance") { Description = "Weight of classifier-free guidance; 0 is none; default: what suits model and task" };
    private static readonly Option<string> Schedule = new("--schedule") { Description = "Mask schedule: cosine, uniform, exp, log, powN", DefaultValueFactory = _ => "cosine" };
    private static readonly Option<bool> Keep = new("--keep-input") { Description = "Put the known pixels back exactly before measuring; off in the paper" };
    private static readonly Option<int> Stride = new("--stride") { Description = "Take every n-th frame of a clip, as in training", DefaultValueFactory = _ => 1 };
    private static readonly Option<DirectoryInfo?> Weights = new("--perceptual-weights") { Description = "Folder of published weights for LPIPS, FD-MobileNet, FVD and IS (or MAGVIT_WEIGHTS); what is not there is left out, and the report says how to get it" };
    private static readonly Option<FileInfo?> Classifier = new("--classifier") { Description = "Classifier of the data's classes: read when the file is there, else trained and written; default OUT/classifier.safetensors" };
    private static readonly Option<int> ClassifierSteps = new("--classifier-steps") { Description = "Steps to train a classifier that is not there", DefaultValueFactory = _ => 2000 };
    private static readonly Option<int> CodecClips = new("--codec-clips") { Description = "Clips to compare with x265 in as many bits; 0 compares none", DefaultValueFactory = _ => 16 };
    private static readonly Option<int> SheetClips = new("--sheet-clips") { Description = "Clips on each sample sheet", DefaultValueFactory = _ => 8 };
    private static readonly Option<bool> Float32 = new("--fp32") { Description = "Compute in float32 instead of bfloat16" };

    public static Command Create()
    {
        var command = new Command("evaluate", "Measure reconstruction and generation on clips that training never saw")
        {
            Model, Tokenizer, Transformer, Data, Out, Split, Tasks, Samples, Folds, Batch, Seed, Steps, Temperature, SamplingTemperature, Guidance, Schedule, Keep,
            Stride, Weights, Classifier, ClassifierSteps, CodecClips, SheetClips, Float32,
        };
        command.SetAction((arguments, token) =>
            new EvaluationRun(Setup(arguments), arguments.InvocationConfiguration.Output, TimeProvider.System).RunAsync(token));
        return command;
    }

    private static EvaluationSetup Setup(ParseResult arguments) => new()
    {
        Model = arguments.GetValue(Model)?.FullName,
        Tokenizer = arguments.GetValue(Tokenizer)?.FullName,
        Transformer = arguments.GetValue(Transformer)?.FullName,
        Data = Path.GetFullPath(arguments.GetValue(Data)!),
        Out = arguments.GetValue(Out)!.FullName,
        Split = arguments.GetValue(Split) switch
        {
            "held-out" => EvaluationSplit.HeldOut,
            "train" => EvaluationSplit.Train,
            "all" => EvaluationSplit.All,
            var other => throw new ArgumentException($"no split {other}; there are held-out, train, all"),
        },
        Tasks = arguments.GetValue(Tasks) switch
        {
            null => null,
            NoTasks => [],
            var names => [.. names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(GenerationTasks.Parse).Distinct()],
        },
        Options = new EvaluationOptions
        {
            SamplesPerFold = arguments.GetValue(Samples),
            Folds = arguments.GetValue(Folds),
            BatchSize = arguments.GetValue(Batch),
            Seed = arguments.GetValue(Seed),
            KeepInput = arguments.GetValue(Keep),
            Decoding = new DecodingOptions
            {
                Steps = arguments.GetValue(Steps),
                ChoiceTemperature = arguments.GetValue(Temperature),
                SamplingTemperature = arguments.GetValue(SamplingTemperature),
                Guidance = arguments.GetValue(Guidance),
                Schedule = MaskSchedules.Parse(arguments.GetValue(Schedule)!),
            },
        },
        Sampling = new ClipSampling { FrameStride = arguments.GetValue(Stride) },
        Weights = arguments.GetValue(Weights)?.FullName,
        Classifier = arguments.GetValue(Classifier)?.FullName,
        ClassifierOptions = new ClipClassifierOptions { Steps = arguments.GetValue(ClassifierSteps), Seed = arguments.GetValue(Seed) },
        CodecClips = arguments.GetValue(CodecClips),
        SheetClips = arguments.GetValue(SheetClips),
        Float32 = arguments.GetValue(Float32),
    };
}
