using Magvit.Model.Checkpoints;
using Magvit.Model.Generation;
using Magvit.Model.Masking;
using Magvit.Model.Training;
using Magvit.Model.Transformer;
using Magvit.Worker.Generation;
using static TorchSharp.torch;

namespace Magvit.Worker.Training;

/// <summary>Stage 2 from a data set and a tokenizer to a model folder.</summary>
internal static class TransformerTraining
{
    /// <summary>Trains a transformer, or goes on where the run stopped: (1) tokenizer and data, (2) network, (3) the run's claim, (4) training, (5) the model.</summary>
    /// <param name="setup">What to train, and on what.</param>
    /// <param name="tokenizerFolder">The folder of the trained tokenizer: model.json and model.safetensors.</param>
    /// <param name="output">Takes the story.</param>
    /// <param name="cancellationToken">Stops between steps; the last checkpoint stands.</param>
    /// <returns>Metrics on the held-out clips.</returns>
    public static async Task<IReadOnlyDictionary<string, double>> RunAsync(
        TrainingSetup setup, string tokenizerFolder, TextWriter output, CancellationToken cancellationToken)
    {
        var options = setup.Options;
        using var tokenizer = ModelFolder.ReadTokenizer(tokenizerFolder);                                       // 1
        var (train, heldOut) = await setup.LoadAsync(tokenizer.Config.Width, tokenizer.Config.Height, output, cancellationToken);
        using var _ = train;
        manual_seed(options.Seed);
        var config = setup.Preset.Transformer(train.ClassNames.Count);
        using var network = new MaskedTransformer(config);                                                      // 2
        tokenizer.to(ComputeDevice.Device);
        network.to(ComputeDevice.Device);
        var manifest = new ModelManifest
        {
            Kind = "transformer",
            Preset = setup.Preset.Name,
            Transformer = config,
            ClassNames = train.ClassNames,
            TokenizerHash = ModelFolder.Hash(tokenizerFolder),
            Dataset = setup.DataName,
            TrainingCommand = setup.Command,
        };
        RunDescription.Claim(setup.Out, manifest);                                                              // 3
        var run = new RunDirectory(setup.Out);
        var generator = VideoGenerator.Of(tokenizer, network, manifest);
        var reporter = new TrainingReporter(output, setup.Out, run.Metrics,
            new TransformerSamples(generator, network, heldOut, GenerationTasks.All), setup.SampleEvery, TimeProvider.System);
        var trainer = new TransformerTrainer(tokenizer, network, options, TaskMix.All(options.Seed), run);
        var metrics = trainer.Train(train, heldOut, reporter, cancellationToken);                               // 4
        ModelFolder.Write(run.ModelPath, network, manifest with { Metrics = metrics });                         // 5
        await reporter.CompleteAsync(options.Steps);
        await output.WriteLineAsync($"transformer in {run.ModelPath}: {TrainingReporter.Format(metrics)}");
        return metrics;
    }
}
