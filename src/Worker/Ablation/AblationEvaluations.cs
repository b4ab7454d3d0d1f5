using Magvit.Model.Decoding;
using Magvit.Model.Evaluation;
using Magvit.Model.Masking;
using Magvit.Worker.Evaluation;

namespace Magvit.Worker.Ablation;

/// <summary>
/// The evaluations of an ablation, each in a folder of its own beside the runs, so that all share the decoded clips and the classifier. What is done is not done again.
/// </summary>
internal sealed class AblationEvaluations(AblationSetup setup, TextWriter output)
{
    /// <summary>The finished evaluation of a name, or a new one.</summary>
    /// <param name="name">Names its folder.</param>
    /// <param name="tokenizer">The folder of the tokenizer.</param>
    /// <param name="transformer">The folder of the transformer; null evaluates reconstructions.</param>
    /// <param name="tasks">What is generated.</param>
    /// <param name="decoding">How.</param>
    /// <param name="classifier">The name of the classifier's file.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidDataException">It did not come to its end.</exception>
    public async Task<EvaluationReport> EnsureAsync(
        string name, string tokenizer, string? transformer, IReadOnlyList<GenerationTask> tasks, DecodingOptions decoding, string classifier,
        CancellationToken cancellationToken)
    {
        if (Finished(name, tasks) is { } there)
        {
            return there;
        }

        await new EvaluationRun(new EvaluationSetup
        {
            Tokenizer = tokenizer,
            Transformer = transformer,
            Data = setup.Data,
            Out = FolderOf(name),
            Tasks = tasks,
            Options = new EvaluationOptions { SamplesPerFold = setup.Samples, Folds = setup.Folds, Seed = setup.Options.Seed, Decoding = decoding },
            Weights = setup.Weights,
            Classifier = Path.Combine(setup.Out, classifier),
            ClassifierOptions = new ClipClassifierOptions { Steps = setup.ClassifierSteps, Seed = setup.Options.Seed },
            CodecClips = 0,
            SheetClips = 4,
            Float32 = !setup.Options.BFloat16,
        }, output, TimeProvider.System).RunAsync(cancellationToken);
        return Finished(name, tasks) ?? throw new InvalidDataException($"{FolderOf(name)}: the evaluation is not complete");
    }

    /// <summary>The evaluation of a name as far as it is complete: the report is written task by task.</summary>
    public EvaluationReport? Finished(string name, IReadOnlyList<GenerationTask> tasks)
    {
        var path = Path.Combine(FolderOf(name), "report.json");
        if (!File.Exists(path))
        {
            return null;
        }

        var report = EvaluationReport.Parse(File.ReadAllText(path));
        return report.Tokenizer is not null && tasks.All(task => report.Tasks.Any(t => t.Task == task.Name())) ? report : null;
    }

    private string FolderOf(string name) => Path.Combine(setup.Out, $"{name}-evaluation");
}
