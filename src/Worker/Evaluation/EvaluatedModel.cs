using Magvit.Model.Checkpoints;
using Magvit.Model.Generation;
using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;
using Magvit.Worker.Generation;
using static TorchSharp.torch;

namespace Magvit.Worker.Evaluation;

/// <summary>The networks of an evaluation: a tokenizer, and a generator where there is a transformer too.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="Tokenizer">The tokenizer, in evaluation mode.</param>
/// <param name="TokenizerHash">SHA-256 of its weights.</param>
/// <param name="Generator">Both networks; null without a transformer.</param>
/// <param name="TransformerHash">SHA-256 of the transformer's weights.</param>
internal sealed record EvaluatedModel(string Name, VideoTokenizer Tokenizer, string TokenizerHash, VideoGenerator? Generator, string? TransformerHash) : IDisposable
{
    /// <summary>Loads what the setup names.</summary>
    /// <exception cref="ArgumentException">Neither a model nor a tokenizer is named, or both are.</exception>
    /// <exception cref="InvalidDataException">A network is missing or damaged, or the transformer speaks another tokenizer's tokens.</exception>
    public static EvaluatedModel Load(EvaluationSetup setup, ScalarType precision)
    {
        if ((setup.Model is null) == (setup.Tokenizer is null))
        {
            throw new ArgumentException("name either --model DIR (with tokenizer/ and transformer/ in it) or --tokenizer DIR with, if wanted, --transformer DIR");
        }

        var tokenizerFolder = setup.Tokenizer ?? Path.Combine(setup.Model!, "tokenizer");
        var transformerFolder = setup.Model is { } model ? Path.Combine(model, "transformer") : setup.Transformer;
        var tokenizer = ModelFolder.ReadTokenizer(tokenizerFolder);
        tokenizer.Freeze(precision, ComputeDevice.Device);
        var tokenizerHash = ModelFolder.Hash(tokenizerFolder);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(setup.Model ?? transformerFolder ?? tokenizerFolder));
        if (transformerFolder is null || (setup.Model is not null && !Directory.Exists(transformerFolder)))
        {
            return new EvaluatedModel(name, tokenizer, tokenizerHash, null, null);
        }

        var manifest = ModelManifest.Read(transformerFolder);
        if (manifest.TokenizerHash != tokenizerHash)
        {
            throw new InvalidDataException(
                $"{transformerFolder}: the transformer was trained on tokenizer {manifest.TokenizerHash}, but {tokenizerFolder} holds {tokenizerHash}; their tokens mean different things");
        }

        var transformer = new MaskedTransformer(manifest.Transformer ?? throw new InvalidDataException($"{transformerFolder} holds no transformer"));
        ModelFolder.ReadWeights(transformerFolder, transformer);
        transformer.Freeze(precision, ComputeDevice.Device, ComputeDevice.UsesBytes);
        return new EvaluatedModel(name, tokenizer, tokenizerHash, VideoGenerator.Of(tokenizer, transformer, manifest), ModelFolder.Hash(transformerFolder));
    }

    public void Dispose()
    {
        if (Generator is null)
        {
            Tokenizer.Dispose();
        }
        else
        {
            Generator.Dispose();
        }
    }
}
