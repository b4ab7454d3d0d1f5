using Magvit.Model.Checkpoints;
using Magvit.Model.Evaluation;
using Magvit.Model.Masking;
using Magvit.Model.Training;
using Magvit.Worker.Evaluation;
using Magvit.Worker.Training;

namespace Magvit.Worker.Ablation;

/// <summary>
/// Trains and evaluates variants on one tokenizer, one split and one classifier: (1) claim the folder, (2) tokenizer, then for each variant (3) train,
/// (4) evaluate, (5) write the table anew. What is done is not done again; what was interrupted goes on from its last checkpoint.
/// </summary>
internal sealed class AblationRun(AblationSetup setup, TextWriter output)
{
    private const string Metric = MetricNames.FdOwn;
    private const string IdentityFile = "setup.txt";

    /// <summary>Runs it.</summary>
    /// <returns>The table.</returns>
    /// <exception cref="InvalidDataException">The folder holds an ablation of another kind, or the data is not what it should be.</exception>
    public async Task<AblationReport> RunAsync(CancellationToken cancellationToken)
    {
        Claim();                                                                                            // 1
        var tokenizer = setup.Tokenizer ?? await TrainTokenizerAsync(cancellationToken);                    // 2
        var results = new List<AblationResult>();
        Measurement? real = null;
        var report = Report(real, results);
        foreach (var variant in setup.Variants)
        {
            if (Finished(variant) is not { } evaluation)
            {
                await output.WriteLineAsync($"\n{variant.Name}: {variant.Title}");
                await TrainAsync(variant, tokenizer, cancellationToken);                                    // 3
                evaluation = await EvaluateAsync(variant, tokenizer, cancellationToken);                    // 4
            }

            real ??= evaluation.Training.GetValueOrDefault(Metric);
            results.Add(Result(variant, evaluation));
            report = Report(real, results);
            var table = report.Write(setup.Out);                                                            // 5
            if (variant == setup.Variants[^1])
            {
                await output.WriteLineAsync($"\n{table}\nablation.json and ablation.md are in {setup.Out}");
            }
        }

        return report;
    }

    private string RunFolder(AblationVariant variant) => Path.Combine(setup.Out, variant.Name);

    // Beside the run, so that all share the decoded clips and the tokens.
    private string EvaluationFolder(AblationVariant variant) => Path.Combine(setup.Out, $"{variant.Name}-evaluation");

    private void Claim()
    {
        Directory.CreateDirectory(setup.Out);
        var path = Path.Combine(setup.Out, IdentityFile);
        if (File.Exists(path) && File.ReadAllText(path).Trim() is var there && there != setup.Identity)
        {
            throw new InvalidDataException($"{setup.Out} holds an ablation with {there}; asked for is {setup.Identity}. Give the same options, or another folder");
        }

        File.WriteAllText(path, setup.Identity + "\n");
    }

    private async Task<string> TrainTokenizerAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(setup.Out, "tokenizer");
        var model = new RunDirectory(folder).ModelPath;
        if (!File.Exists(ModelFolder.WeightsPath(model)))
        {
            await output.WriteLineAsync("tokenizer");
            await TokenizerTraining.RunAsync(
                Training(folder) with { Options = setup.Options with { Steps = setup.TokenizerSteps, LabelDropout = 0 } }, new TokenizerRecipe(), output, cancellationToken);
        }

        return model;
    }

    private async Task TrainAsync(AblationVariant variant, string tokenizer, CancellationToken cancellationToken)
    {
        var training = Training(RunFolder(variant));
        await TransformerTraining.RunAsync(
            training with { Options = training.Options with { LabelDropout = variant.IsUnconditional ? 1 : 0 } },
            new TransformerRecipe
            {
                Tokenizer = tokenizer,
                Tasks = variant.Tasks(setup.Options.Seed),
                Commit = new CommitOptions { Weights = variant.Weights },
                CachesTokens = true,
                Shape = variant.Shape,
            }, output, cancellationToken);
    }

    private async Task<EvaluationReport> EvaluateAsync(AblationVariant variant, string tokenizer, CancellationToken cancellationToken)
    {
        await new EvaluationRun(new EvaluationSetup
        {
            Tokenizer = tokenizer,
            Transformer = new RunDirectory(RunFolder(variant)).ModelPath,
            Data = setup.Data,
            Out = EvaluationFolder(variant),
            Tasks = variant.EvaluatedTasks,
            Options = new EvaluationOptions { SamplesPerFold = setup.Samples, Folds = setup.Folds, Seed = setup.Options.Seed },
            Weights = setup.Weights,
            Classifier = Path.Combine(setup.Out, "classifier.safetensors"),
            ClassifierOptions = new ClipClassifierOptions { Steps = setup.ClassifierSteps, Seed = setup.Options.Seed },
            CodecClips = 0,
            SheetClips = 4,
            Float32 = !setup.Options.BFloat16,
        }, output, TimeProvider.System).RunAsync(cancellationToken);
        return Finished(variant) ?? throw new InvalidDataException($"{EvaluationFolder(variant)}: the evaluation is not complete");
    }

    // The report is written task by task: complete is one that has them all.
    private EvaluationReport? Finished(AblationVariant variant)
    {
        var path = Path.Combine(EvaluationFolder(variant), "report.json");
        if (!File.Exists(path))
        {
            return null;
        }

        var report = EvaluationReport.Parse(File.ReadAllText(path));
        return variant.EvaluatedTasks.All(task => report.Tasks.Any(t => t.Task == task.Name())) ? report : null;
    }

    private AblationResult Result(AblationVariant variant, EvaluationReport evaluation)
    {
        var model = new RunDirectory(RunFolder(variant)).ModelPath;
        var manifest = ModelManifest.Read(model);
        var prediction = evaluation.Tasks.First(t => t.Task == GenerationTask.FramePrediction.Name());
        var distances = evaluation.Tasks.Where(t => t.Measurements.ContainsKey(Metric)).ToDictionary(t => t.Task, t => t.Measurements[Metric]);
        return new AblationResult(
            variant.Name, variant.Title, variant.Table,
            SafeTensorsHeader.Read(ModelFolder.WeightsPath(model)).Entries.Sum(e => e.Shape.Aggregate(1L, (a, b) => a * b)),
            manifest.Metrics.GetValueOrDefault("heldOutLoss", double.NaN),
            distances.GetValueOrDefault(prediction.Task),
            distances.Count > 1 ? distances.Values.Average(d => d.Mean) : null,
            prediction.Measurements.GetValueOrDefault(MetricNames.Psnr),
            prediction.Clips > 0 ? prediction.Seconds / prediction.Clips : null,
            variant.PaperFramePrediction, variant.PaperAverage, distances);
    }

    private AblationReport Report(Measurement? real, List<AblationResult> results) =>
        new(setup.Identity, Training(setup.Out).DataName, Metric, real, [.. results]);

    private TrainingSetup Training(string folder) => new()
    {
        Data = setup.Data,
        Out = folder,
        Preset = setup.Preset,
        Options = setup.Options,
        SampleEvery = 0,
        Command = "./magvit ablate",
    };
}
