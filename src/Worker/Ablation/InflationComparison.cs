using Magvit.Model.Checkpoints;
using Magvit.Model.Decoding;
using Magvit.Model.Evaluation;
using Magvit.Model.Training;
using Magvit.Worker.Training;

namespace Magvit.Worker.Ablation;

/// <summary>Trains a 2D twin on single frames, then a 3D tokenizer from each start, equally long, and reconstructs held-out clips with each.</summary>
internal sealed class InflationComparison(AblationSetup setup, TrainingSetup training, AblationEvaluations evaluations, TextWriter output)
{
    /// <summary>The result of one start, trained and evaluated unless that is done.</summary>
    public async Task<InflationResult> EnsureAsync(InflationVariant variant, CancellationToken cancellationToken)
    {
        var tokenizer = new RunDirectory(RunOf(variant.Name)).ModelPath;
        if (evaluations.Finished(variant.Name, []) is null)
        {
            await output.WriteLineAsync($"\n{variant.Name}: tokenizer {variant.Title}");
            if (variant.Inflation is not null)
            {
                await TrainAsync(InflationVariant.Twin, new TokenizerRecipe { IsImageTwin = true }, cancellationToken);
            }

            await TrainAsync(variant.Name, new TokenizerRecipe
            {
                InflateFrom = variant.Inflation is null ? null : RunOf(InflationVariant.Twin),
                Inflation = variant.Inflation ?? default,
            }, cancellationToken);
        }

        return Result(variant, await evaluations.EnsureAsync(variant.Name, tokenizer, null, [], new DecodingOptions(), Classifier, cancellationToken));
    }

    /// <summary>The result of one start if that is done.</summary>
    public InflationResult? Finished(InflationVariant variant) => evaluations.Finished(variant.Name, []) is { } report ? Result(variant, report) : null;

    private static InflationResult Result(InflationVariant variant, EvaluationReport report) =>
        new(variant.Title, report.Tokenizer!.Measurements, variant.PaperFvd, variant.PaperPsnr);

    // The features of a classifier depend on the size of the pictures that it saw.
    private string Classifier => (setup.InflationPreset.Tokenizer.Width, setup.InflationPreset.Tokenizer.Height) == (setup.Preset.Tokenizer.Width, setup.Preset.Tokenizer.Height)
        ? AblationRun.Classifier
        : "classifier-inflation.safetensors";

    private string RunOf(string name) => Path.Combine(setup.Out, name);

    private async Task TrainAsync(string name, TokenizerRecipe recipe, CancellationToken cancellationToken)
    {
        if (!File.Exists(ModelFolder.WeightsPath(new RunDirectory(RunOf(name)).ModelPath)))
        {
            await TokenizerTraining.RunAsync(training with { Out = RunOf(name), Preset = setup.InflationPreset }, recipe, output, cancellationToken);
        }
    }
}
