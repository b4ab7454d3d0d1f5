using Magvit.Model.Checkpoints;
using Magvit.Model.Decoding;
using Magvit.Model.Evaluation;
using Magvit.Model.Masking;
using Magvit.Model.Training;
using Magvit.Worker.Training;

namespace Magvit.Worker.Ablation;

/// <summary>
/// Trains and evaluates variants on one split and one classifier: (1) claim the folder, (2) transformers on one tokenizer, (3) other ways to decode one of them,
/// (4) starts of the tokenizer. The tables are written anew after each, with what earlier runs of the folder did. What is done is not done again; what was interrupted
/// goes on from its last checkpoint.
/// </summary>
internal sealed class AblationRun(AblationSetup setup, TextWriter output)
{
    /// <summary>The file of the classifier that all share.</summary>
    public const string Classifier = "classifier.safetensors";

    private const string Metric = MetricNames.FdOwn;
    private const string IdentityFile = "setup.txt";

    private readonly AblationEvaluations _evaluations = new(setup, output);

    /// <summary>Runs it.</summary>
    /// <returns>The table.</returns>
    /// <exception cref="InvalidDataException">The folder holds an ablation of another kind, or the data is not what it should be.</exception>
    public async Task<AblationReport> RunAsync(CancellationToken cancellationToken)
    {
        Claim();                                                                                            // 1
        var report = new AblationReport(setup.Identity, Training(setup.Out).DataName, Metric);
        foreach (var variant in AblationVariant.All)                                                        // 2
        {
            var isAsked = setup.Parts.HasFlag(AblationParts.Transformers) && setup.Variants.Contains(variant);
            if ((isAsked ? await EnsureAsync(variant, cancellationToken) : Finished(variant)) is { } evaluation)
            {
                report = report with
                {
                    Real = report.Real ?? evaluation.Training.GetValueOrDefault(Metric),
                    Results = [.. report.Results, Result(variant, evaluation)],
                };
                report.Write(setup.Out);
            }
        }

        foreach (var variant in DecodingVariant.All)                                                        // 3
        {
            var evaluation = setup.Parts.HasFlag(AblationParts.Decoding)
                ? await EnsureAsync(variant, cancellationToken)
                : _evaluations.Finished(FolderOf(variant), AblationVariant.Commit.EvaluatedTasks);
            if (evaluation is not null)
            {
                report = report with { Decoding = [.. report.Decoding, Result(variant, evaluation)] };
                report.Write(setup.Out);
            }
        }

        var comparison = new InflationComparison(                                                           // 4
            setup, Training(setup.Out) with { Options = setup.Options with { Steps = setup.TokenizerSteps, LabelDropout = 0 } }, _evaluations, output);
        foreach (var variant in InflationVariant.All)
        {
            if ((setup.Parts.HasFlag(AblationParts.Inflation) ? await comparison.EnsureAsync(variant, cancellationToken) : comparison.Finished(variant)) is { } result)
            {
                report = report with { Inflation = [.. report.Inflation, result] };
                report.Write(setup.Out);
            }
        }

        await output.WriteLineAsync($"\n{report.Write(setup.Out)}\nablation.json and ablation.md are in {setup.Out}");
        return report;
    }

    private string RunFolder(AblationVariant variant) => Path.Combine(setup.Out, variant.Name);

    private string ModelOf(AblationVariant variant) => new RunDirectory(RunFolder(variant)).ModelPath;

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

    private async Task<string> EnsureTokenizerAsync(CancellationToken cancellationToken)
    {
        if (setup.Tokenizer is not null)
        {
            return setup.Tokenizer;
        }

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

    private async Task<EvaluationReport> EnsureAsync(AblationVariant variant, CancellationToken cancellationToken)
    {
        var tokenizer = await EnsureTokenizerAsync(cancellationToken);
        if (Finished(variant) is null)
        {
            await output.WriteLineAsync($"\n{variant.Name}: {variant.Title}");
            await TrainAsync(variant, tokenizer, cancellationToken);
        }

        return await _evaluations.EnsureAsync(
            variant.Name, tokenizer, ModelOf(variant), variant.EvaluatedTasks, new DecodingOptions(), Classifier, cancellationToken);
    }

    // Its row says what it is, so a model that was deleted is trained again.
    private EvaluationReport? Finished(AblationVariant variant) =>
        File.Exists(ModelFolder.WeightsPath(ModelOf(variant))) ? _evaluations.Finished(variant.Name, variant.EvaluatedTasks) : null;

    private async Task<EvaluationReport> EnsureAsync(DecodingVariant variant, CancellationToken cancellationToken)
    {
        await EnsureAsync(AblationVariant.Commit, cancellationToken);
        return await _evaluations.EnsureAsync(
            FolderOf(variant), await EnsureTokenizerAsync(cancellationToken), ModelOf(AblationVariant.Commit), AblationVariant.Commit.EvaluatedTasks, variant.Options,
            Classifier, cancellationToken);
    }

    // Decoded in the paper's way is what its row among the transformers was.
    private static string FolderOf(DecodingVariant variant) => variant.IsPaper ? AblationVariant.Commit.Name : $"decoding-{variant.Name}";

    private AblationResult Result(AblationVariant variant, EvaluationReport evaluation)
    {
        var model = ModelOf(variant);
        var manifest = ModelManifest.Read(model);
        var (prediction, distances) = Read(evaluation);
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

    private static DecodingResult Result(DecodingVariant variant, EvaluationReport evaluation)
    {
        var (prediction, distances) = Read(evaluation);
        return new DecodingResult(
            variant.Group, variant.Title, distances.GetValueOrDefault(prediction.Task), distances.Values.Average(d => d.Mean),
            prediction.Measurements.GetValueOrDefault(MetricNames.Psnr), prediction.Seconds / prediction.Clips);
    }

    private static (TaskReport Prediction, IReadOnlyDictionary<string, Measurement> Distances) Read(EvaluationReport evaluation) => (
        evaluation.Tasks.First(t => t.Task == GenerationTask.FramePrediction.Name()),
        evaluation.Tasks.Where(t => t.Measurements.ContainsKey(Metric)).ToDictionary(t => t.Task, t => t.Measurements[Metric]));

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
