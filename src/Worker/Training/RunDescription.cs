using Magvit.Model.Checkpoints;

namespace Magvit.Worker.Training;

/// <summary>What a run trains, <c>run.json</c> in its folder: who resumes it must want the same, and its checkpoint can be made a model without asking.</summary>
internal static class RunDescription
{
    /// <summary>The file's name.</summary>
    public const string FileName = "run.json";

    /// <summary>Writes the description of a new run; refuses a folder that holds a run of something else.</summary>
    /// <exception cref="InvalidDataException">The run there trains another network, on another tokenizer or with other classes.</exception>
    public static void Claim(string folder, ModelManifest manifest)
    {
        Directory.CreateDirectory(folder);
        if (File.Exists(Path.Combine(folder, FileName)))
        {
            var there = ModelManifest.Read(folder, FileName);
            var differences = Differences(there, manifest).ToList();
            if (differences.Count > 0)
            {
                throw new InvalidDataException(
                    $"{folder} holds another run: {string.Join("; ", differences)}. Give the options it began with, or another folder for the new run");
            }
        }

        manifest.Write(folder, FileName);
    }

    private static IEnumerable<string> Differences(ModelManifest there, ModelManifest wanted)
    {
        if (there.Kind != wanted.Kind)
        {
            yield return $"it trains a {there.Kind}, not a {wanted.Kind}";
            yield break;
        }

        if (Shape(there) != Shape(wanted))
        {
            yield return $"its {there.Kind} ({there.Preset}) has another shape than {wanted.Preset} with these options";
        }

        if (there.TokenizerHash != wanted.TokenizerHash)
        {
            yield return $"its transformer learns the tokens of tokenizer {Short(there.TokenizerHash)}, not of {Short(wanted.TokenizerHash)}";
        }

        if (!there.ClassNames.SequenceEqual(wanted.ClassNames))
        {
            yield return $"its classes are {string.Join(", ", there.ClassNames)}, not {string.Join(", ", wanted.ClassNames)}";
        }
    }

    private static string Shape(ModelManifest manifest) =>
        new ModelManifest { Kind = manifest.Kind, Preset = "", Tokenizer = manifest.Tokenizer, Transformer = manifest.Transformer }.ToJson();

    private static string Short(string? hash) => hash is { Length: > 12 } ? hash[..12] : hash ?? "none";
}
