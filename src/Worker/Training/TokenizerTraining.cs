using Magvit.Model.Checkpoints;
using Magvit.Model.Tokenizer;
using Magvit.Model.Training;
using Magvit.Worker.Generation;
using static TorchSharp.torch;

namespace Magvit.Worker.Training;

/// <summary>Stage 1 from a data set to a model folder.</summary>
internal static class TokenizerTraining
{
    /// <summary>Trains a tokenizer, or goes on where the run stopped: (1) data, (2) network, (3) the run's claim, (4) training, (5) the model.</summary>
    /// <param name="setup">What to train, and on what.</param>
    /// <param name="decoderOf">A trained tokenizer whose decoder alone is trained further; null trains all of a new one.</param>
    /// <param name="output">Takes the story.</param>
    /// <param name="cancellationToken">Stops between steps; the last checkpoint stands.</param>
    /// <returns>Metrics on the held-out clips.</returns>
    public static async Task<IReadOnlyDictionary<string, double>> RunAsync(
        TrainingSetup setup, string? decoderOf, TextWriter output, CancellationToken cancellationToken)
    {
        var config = setup.Preset.Tokenizer;
        var options = setup.Options with { DecoderOnly = decoderOf is not null };
        var (train, heldOut) = await setup.LoadAsync(config.Width, config.Height, output, cancellationToken);   // 1
        using var _ = train;
        manual_seed(options.Seed);
        using var network = new VideoTokenizer(config);                                                         // 2
        if (decoderOf is not null)
        {
            ModelFolder.ReadWeights(decoderOf, network);
        }

        network.to(ComputeDevice.Device);
        var manifest = new ModelManifest
        {
            Kind = "tokenizer",
            Preset = setup.Preset.Name,
            Tokenizer = config,
            Dataset = setup.DataName,
            TrainingCommand = setup.Command,
        };
        RunDescription.Claim(setup.Out, manifest);                                                              // 3
        var run = new RunDirectory(setup.Out);
        var reporter = new TrainingReporter(
            output, setup.Out, run.Metrics, new TokenizerSamples(network, heldOut), setup.SampleEvery, TimeProvider.System);
        var metrics = new TokenizerTrainer(network, options, run).Train(train, heldOut, reporter, cancellationToken); // 4
        ModelFolder.Write(run.ModelPath, network, manifest with { Metrics = metrics });                         // 5
        await reporter.CompleteAsync(options.Steps);
        await output.WriteLineAsync($"tokenizer in {run.ModelPath}: {TrainingReporter.Format(metrics)}");
        return metrics;
    }
}
