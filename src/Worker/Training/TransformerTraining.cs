using Magvit.Model.Checkpoints;
using Magvit.Model.Generation;
using Magvit.Model.Tokenizer;
using Magvit.Model.Training;
using Magvit.Model.Transformer;
using Magvit.Worker.Generation;
using static TorchSharp.torch;

namespace Magvit.Worker.Training;

/// <summary>Stage 2 from a data set and a tokenizer to a model folder.</summary>
internal static class TransformerTraining
{
    /// <summary>
    /// Trains a transformer, or goes on where the run stopped: (1) tokenizer and data, (2) network, random or gone on from, (3) the run's claim, (4) tokens, (5) training,
    /// (6) the model.
    /// </summary>
    /// <returns>Metrics on the held-out clips.</returns>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="InvalidDataException">The data, the run, the tokenizer or the file of tokens is not what it should be.</exception>
    public static async Task<IReadOnlyDictionary<string, double>> RunAsync(
        TrainingSetup setup, TransformerRecipe recipe, TextWriter output, CancellationToken cancellationToken)
    {
        var options = setup.Options;
        options.Validate();
        using var tokenizer = ModelFolder.ReadTokenizer(recipe.Tokenizer);                                      // 1
        var (train, heldOut) = await setup.LoadAsync(tokenizer.Config.Width, tokenizer.Config.Height, output, cancellationToken);
        using var _ = train;
        manual_seed(options.Seed);
        var config = setup.Preset.Transformer(train.ClassNames.Count) with { Codes = tokenizer.Config.Codes };
        config = recipe.Shape?.Invoke(config) ?? config;
        using var network = new MaskedTransformer(config);                                                      // 2
        if (recipe.From is not null)
        {
            Begin(network, recipe.From, train.ClassNames, [ModelFolder.Hash(recipe.Tokenizer), ModelManifest.Read(recipe.Tokenizer).BegunFrom]);
        }

        tokenizer.to(ComputeDevice.Device);
        network.to(ComputeDevice.Device);
        var manifest = new ModelManifest
        {
            Kind = "transformer",
            Preset = setup.Preset.Name,
            Transformer = config,
            ClassNames = train.ClassNames,
            TokenizerHash = ModelFolder.Hash(recipe.Tokenizer),
            Dataset = setup.DataName,
            TrainingCommand = setup.Command,
        };
        RunDescription.Claim(setup.Out, manifest);                                                              // 3
        var run = new RunDirectory(setup.Out);
        using var tokens = Tokens(setup, recipe, tokenizer, manifest.TokenizerHash, train, output, cancellationToken); // 4
        var trainer = new TransformerTrainer(tokenizer, network, options, recipe.Tasks, run) { Commit = recipe.Commit, Cache = tokens };
        var samples = new TransformerSamples(VideoGenerator.Of(tokenizer, network, manifest), network, heldOut, recipe.Tasks.Tasks);
        var reporter = new TrainingReporter(output, setup.Out, run.Metrics, samples, setup.SampleEvery, TimeProvider.System);
        var metrics = trainer.Train(train, heldOut, reporter, cancellationToken);                               // 5
        ModelFolder.Write(run.ModelPath, network, manifest with { Metrics = metrics });                         // 6
        await reporter.CompleteAsync(options.Steps);
        await output.WriteLineAsync($"transformer in {run.ModelPath}: {TrainingReporter.Format(metrics)}");
        return metrics;
    }

    // A network that means the same by each class and, at least at first, by each token: its weights are a start, not noise.
    private static void Begin(MaskedTransformer network, string folder, IReadOnlyList<string> classNames, string?[] tokenizerHashes)
    {
        var manifest = ModelManifest.Read(folder);
        var others = new List<string>();
        Compare("shape", manifest.Transformer == network.Config);
        Compare("classes", manifest.ClassNames?.SequenceEqual(classNames) == true);
        Compare("tokenizer", manifest.TokenizerHash is { } speaks && tokenizerHashes.Contains(speaks));
        if (others.Count > 0)
        {
            throw new InvalidDataException($"{folder} cannot be gone on from: it has other {string.Join(", ", others)}; leave --from out to begin anew");
        }

        ModelFolder.ReadWeights(folder, network);

        void Compare(string what, bool isSame)
        {
            if (!isSame)
            {
                others.Add(what);
            }
        }
    }

    private static TokenCache? Tokens(TrainingSetup setup, TransformerRecipe recipe, VideoTokenizer tokenizer, string tokenizerHash, ClipDataset train,
        TextWriter output, CancellationToken cancellationToken)
    {
        if (recipe.Tokens is not null)
        {
            return TokenCache.Load(recipe.Tokens, tokenizerHash, train);
        }

        if (!recipe.CachesTokens)
        {
            return null;
        }

        var path = TokenCache.PathOf(setup.CacheFolder, tokenizerHash, train);
        if (!File.Exists(path))
        {
            output.WriteLine($"tokenizing {train.Count} clips into {path}");
            var options = new TokenCacheOptions { GivenFrames = recipe.Commit.GivenFrames };
            TokenCache.Build(tokenizer, tokenizerHash, train, options, path, null, cancellationToken);
        }

        return TokenCache.Load(path, tokenizerHash, train);
    }
}
