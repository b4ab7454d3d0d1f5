using Magvit.Model.Checkpoints;
using Magvit.Model.Tokenizer;
using Magvit.Model.Training;
using Magvit.Model.Transformer;
using Magvit.Worker.Training;
using static TorchSharp.torch;

namespace Magvit.Worker.Models;

/// <summary>Makes models of training runs, and one model of two networks.</summary>
internal static class ModelConversion
{
    /// <summary>Writes the weights of a run's checkpoint as a network's folder.</summary>
    /// <param name="runFolder">The run, finished or not.</param>
    /// <param name="outFolder">Where the network goes.</param>
    /// <param name="isAveraged">The averaged weights, or those that the optimizer moves.</param>
    /// <param name="floatType">The type of weights on disk.</param>
    /// <returns>The steps that the network has been trained.</returns>
    /// <exception cref="InvalidDataException">The folder holds no run, or its checkpoint is damaged.</exception>
    public static int FromCheckpoint(string runFolder, string outFolder, bool isAveraged, ScalarType floatType)
    {
        if (!File.Exists(Path.Combine(runFolder, RunDescription.FileName)))
        {
            throw new InvalidDataException(
                $"{runFolder} holds no {RunDescription.FileName}: it is no training run, or one of an older version; resume it once, then convert");
        }

        using var scope = NewDisposeScope();
        var manifest = ModelManifest.Read(runFolder, RunDescription.FileName);
        var checkpoint = new RunDirectory(runFolder).ReadCheckpoint()
            ?? throw new InvalidDataException($"{runFolder} holds no checkpoint yet");
        using var network = Build(manifest, runFolder);
        try
        {
            network.load_state_dict(checkpoint.Below(isAveraged ? "ema." : "model."), strict: false);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{checkpoint.Path}: {e.Message}", e);
        }

        ModelFolder.Write(outFolder, network, manifest with { Metrics = new Dictionary<string, double> { ["step"] = checkpoint.Step } }, floatType);
        return checkpoint.Step;
    }

    /// <summary>Puts a tokenizer and the transformer that speaks its tokens into one model's folder.</summary>
    /// <param name="tokenizerFolder">The tokenizer.</param>
    /// <param name="transformerFolder">The transformer.</param>
    /// <param name="trainedOn">
    /// The tokenizer that the transformer was trained on, when the one given has its encoder and codes and another decoder (<c>--decoder-of</c>); else null.
    /// </param>
    /// <param name="outFolder">The model's folder; gets <c>tokenizer/</c> and <c>transformer/</c>.</param>
    /// <param name="floatType">The type of weights on disk; null copies the files as they are.</param>
    /// <param name="change">Changes what is known of each network, such as its licence.</param>
    /// <exception cref="InvalidDataException">A network is missing or damaged, or the transformer was trained on another tokenizer.</exception>
    public static void Merge(
        string tokenizerFolder, string transformerFolder, string? trainedOn, string outFolder, ScalarType? floatType, Func<ModelManifest, ModelManifest> change)
    {
        var (tokenizer, transformer) = (ModelManifest.Read(tokenizerFolder), ModelManifest.Read(transformerFolder));
        if (tokenizer.Tokenizer is null || transformer.Transformer is null)
        {
            throw new InvalidDataException(
                tokenizer.Tokenizer is null ? $"{tokenizerFolder} holds a {tokenizer.Kind}, no tokenizer" : $"{transformerFolder} holds a {transformer.Kind}, no transformer");
        }

        var bond = trainedOn ?? tokenizerFolder;
        if (transformer.TokenizerHash != ModelFolder.Hash(bond))
        {
            throw new InvalidDataException(
                $"{transformerFolder}: the transformer was trained on tokenizer {transformer.TokenizerHash}, but {bond} holds {ModelFolder.Hash(bond)}; their tokens mean different things");
        }

        if (trainedOn is not null)
        {
            RequireSameTokens(trainedOn, tokenizerFolder);
        }

        var newHash = Copy(tokenizerFolder, Path.Combine(outFolder, "tokenizer"), change(tokenizer), floatType);
        Copy(transformerFolder, Path.Combine(outFolder, "transformer"), change(transformer) with { TokenizerHash = newHash }, floatType);
    }

    // Tokens mean the same when everything before the decoder is the same to the bit.
    private static void RequireSameTokens(string one, string other)
    {
        using var scope = NewDisposeScope();
        var (expected, actual) = (SafeTensors.Read(ModelFolder.WeightsPath(one)).Tensors, SafeTensors.Read(ModelFolder.WeightsPath(other)).Tensors);
        var different = expected.Where(e => !e.Key.StartsWith("decoder.", StringComparison.Ordinal)).FirstOrDefault(e =>
            !actual.TryGetValue(e.Key, out var value) || !value.shape.SequenceEqual(e.Value.shape) || !value.bytes.SequenceEqual(e.Value.bytes));
        if (different.Key is not null)
        {
            throw new InvalidDataException($"{one} and {other} differ in {different.Key}, before the decoder: their tokens mean different things");
        }
    }

    private static string Copy(string from, string to, ModelManifest manifest, ScalarType? floatType)
    {
        Directory.CreateDirectory(to);
        if (floatType is { } type)
        {
            using var network = Build(manifest, from);
            ModelFolder.ReadWeights(from, network);
            ModelFolder.Write(to, network, manifest, type);
        }
        else
        {
            File.Copy(ModelFolder.WeightsPath(from), ModelFolder.WeightsPath(to), overwrite: true);
            manifest.Write(to);
        }

        return ModelFolder.Hash(to);
    }

    private static nn.Module Build(ModelManifest manifest, string folder) => manifest switch
    {
        { Tokenizer: { } tokenizer } => new VideoTokenizer(tokenizer),
        { Transformer: { } transformer } => new MaskedTransformer(transformer),
        _ => throw new InvalidDataException($"{folder}: the manifest describes neither a tokenizer nor a transformer"),
    };
}
