using Magvit.Model.Checkpoints;
using Magvit.Model.Losses;
using Magvit.Model.Perceptual;
using Magvit.Model.Tokenizer;
using Magvit.Model.Training;
using Magvit.Worker.Generation;
using static TorchSharp.torch;

namespace Magvit.Worker.Training;

/// <summary>Stage 1 from a data set to a model folder.</summary>
internal static class TokenizerTraining
{
    /// <summary>Trains a tokenizer, or goes on where the run stopped: (1) data, (2) network, (3) the run's claim, (4) training, (5) the model.</summary>
    /// <returns>Metrics on the held-out clips.</returns>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="InvalidDataException">The data, the run or a network to begin from is not what it should be.</exception>
    public static async Task<IReadOnlyDictionary<string, double>> RunAsync(
        TrainingSetup setup, TokenizerRecipe recipe, TextWriter output, CancellationToken cancellationToken)
    {
        var config = Config(setup, recipe);
        var options = setup.Options with { DecoderOnly = recipe.IsDecoderOnly };
        options.Validate();
        var perceptual = Perceptual(recipe);
        using var perceptualNetwork = perceptual as IDisposable;
        var (train, heldOut) = await setup.LoadAsync(config.Width, config.Height, output, cancellationToken);   // 1
        using var _ = train;
        manual_seed(options.Seed);
        using var network = new VideoTokenizer(config);                                                         // 2
        if (recipe.From is not null)
        {
            ModelFolder.ReadWeightsIntoDeeper(recipe.From, network);
        }

        network.to(ComputeDevice.Device);
        var manifest = new ModelManifest
        {
            Kind = "tokenizer",
            Preset = setup.Preset.Name,
            Tokenizer = config,
            BegunFrom = recipe.From is null ? null : ModelFolder.Hash(recipe.From),
            Dataset = setup.DataName,
            TrainingCommand = setup.Command,
        };
        RunDescription.Claim(setup.Out, manifest);                                                              // 3
        var run = new RunDirectory(setup.Out);
        var reporter = new TrainingReporter(
            output, setup.Out, run.Metrics, new TokenizerSamples(network, heldOut), setup.SampleEvery, TimeProvider.System);
        var trainer = new TokenizerTrainer(network, options, run)
        {
            Losses = recipe.Losses,
            Perceptual = perceptual,
            InflateFrom = recipe.InflateFrom is { } twin ? new RunDirectory(twin) : null,
            Inflation = recipe.Inflation,
            GoesOn = recipe.From is not null,
            Inflated = report => output.WriteLine(
                $"inflated {report.Inflated.Count} kernels and copied {report.Copied.Count} weights of the 2D twin"
                + (report.LeftRandom.Count > 0 ? $"; {report.LeftRandom.Count} keep their random start: {string.Join(", ", report.LeftRandom.Take(5))}" : "")),
        };
        var metrics = trainer.Train(train, heldOut, reporter, cancellationToken);                               // 4
        ModelFolder.Write(run.ModelPath, network, manifest with { Metrics = metrics });                         // 5
        await reporter.CompleteAsync(options.Steps);
        await output.WriteLineAsync($"tokenizer in {run.ModelPath}: {TrainingReporter.Format(metrics)}");
        return metrics;
    }

    private static TokenizerConfig Config(TrainingSetup setup, TokenizerRecipe recipe)
    {
        if (recipe.InflateFrom is not null && !File.Exists(Path.Combine(recipe.InflateFrom, "checkpoint.safetensors")))
        {
            throw new InvalidDataException($"{recipe.InflateFrom} holds no checkpoint to inflate from; train the 2D twin first (train tokenizer --image-twin)");
        }

        if (recipe.From is not null && (recipe.IsImageTwin || recipe.InflateFrom is not null))
        {
            throw new ArgumentException("a tokenizer that is gone on from has its weights already: leave --image-twin and --inflate-from out");
        }

        var start = recipe.From is { } folder
            ? ModelManifest.Read(folder).Tokenizer ?? throw new InvalidDataException($"{folder} holds no tokenizer")
            : setup.Preset.Tokenizer;
        var config = recipe.Shape?.Invoke(start) ?? start;
        var grown = start with
        {
            ResidualBlocks = recipe.IsDecoderOnly ? start.ResidualBlocks : config.ResidualBlocks,
            DecoderResidualBlocks = config.DecoderResidualBlocks,
        };
        if (recipe.From is not null && config != grown)
        {
            throw new ArgumentException(
                "a tokenizer that is trained further keeps its shape but for its depth: leave --quantizer, --padding and --linear-block out, and with --decoder-of --blocks");
        }

        try
        {
            return recipe.IsImageTwin ? config.ImageTwin() : config;
        }
        catch (InvalidOperationException e)
        {
            throw new ArgumentException($"{setup.Preset.Name}: {e.Message}", e);
        }
    }

    private static IPerceptualLoss Perceptual(TokenizerRecipe recipe)
    {
        if (recipe.Losses.Perceptual == 0)
        {
            return new NoPerceptualLoss();
        }

        var weights = ReferenceWeights.Find(recipe.PerceptualWeights) ?? throw new ArgumentException(
            $"the perceptual loss needs {ReferenceWeights.SqueezeNetFile} and {ReferenceWeights.LpipsFile}: give their folder with --perceptual-weights "
            + $"or {ReferenceWeights.EnvironmentVariable}, or train without it (--perceptual 0). docs/training.md says how to get them");
        return SqueezeNetPerceptualLoss.Load(weights, frameStride: recipe.PerceptualStride);
    }
}
