using System.Globalization;
using Magvit.Model;
using Magvit.Model.Checkpoints;
using Magvit.Model.Discriminator;
using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;
using static TorchSharp.torch;

namespace Magvit.Worker.Models;

/// <summary>Writes how many parameters each part of each network has: of a preset by building its networks, of a folder by reading its files.</summary>
internal static class ParameterTables
{
    // Where networks lie in the folder of a network, a model or a run.
    private static readonly string[] Places = ["", "tokenizer", "transformer", "model"];

    /// <summary>The tables of a preset.</summary>
    /// <param name="preset">The preset.</param>
    /// <param name="classes">Classes of our own multi-task vocabulary.</param>
    /// <param name="vocabulary">V, instead of that vocabulary.</param>
    /// <param name="sequence">S, with <paramref name="vocabulary"/>.</param>
    /// <param name="output">Takes the lines.</param>
    public static void WritePreset(ModelPreset preset, int classes, int? vocabulary, int? sequence, TextWriter output)
    {
        var config = preset.Transformer(classes);
        if (vocabulary is { } v && sequence is { } s)
        {
            config = config.WithTable(v, s);
        }

        output.WriteLine($"{preset.Name}: {Describe(preset.Tokenizer.Geometry)}");
        using (var tokenizer = new VideoTokenizer(preset.Tokenizer))
        {
            Write(output, $"tokenizer ({preset.Tokenizer.Quantizer.ToString().ToUpperInvariant()}, {preset.Tokenizer.Codes} codes)", Parts(tokenizer));
        }

        using (var discriminator = new VideoDiscriminator(DiscriminatorConfig.For(preset.Tokenizer)))
        {
            Write(output, "discriminator, for training alone", Parts(discriminator));
        }

        using (var transformer = new MaskedTransformer(config))
        {
            Write(output, Title(config), Parts(transformer));
        }
    }

    /// <summary>The tables of a model's folder, of one network's, or of a run's.</summary>
    /// <exception cref="InvalidDataException">The folder holds none of these.</exception>
    public static void WriteFolder(string folder, TextWriter output)
    {
        string[] networks = [.. Places.Select(n => Path.Combine(folder, n))
            .Where(f => File.Exists(Path.Combine(f, ModelManifest.FileName)))];
        if (networks.Length == 0)
        {
            throw new InvalidDataException($"{folder} holds no {ModelManifest.FileName}, neither itself nor in tokenizer, transformer or model");
        }

        foreach (var network in networks)
        {
            var manifest = ModelManifest.Read(network);
            var weights = ModelFolder.WeightsPath(network);
            if (!File.Exists(weights))
            {
                throw new InvalidDataException($"{weights} is missing");
            }

            var entries = SafeTensorsHeader.Read(weights).Entries;
            var title = manifest switch
            {
                { Transformer: { } transformer } => Title(transformer),
                { Tokenizer: { } tokenizer } => $"tokenizer ({tokenizer.Quantizer.ToString().ToUpperInvariant()}, {tokenizer.Codes} codes), {Describe(tokenizer.Geometry)}",
                _ => manifest.Kind,
            };
            Write(output, title, entries.GroupBy(e => e.Name.Split('.')[0]).Select(g => (g.Key, g.Sum(e => e.Shape.Aggregate(1L, (a, b) => a * b)))));
            Fact(output, "preset", manifest.Preset);
            Fact(output, "on disk", string.Create(CultureInfo.InvariantCulture,
                $"{new FileInfo(weights).Length / 1048576.0:f1} MiB, {string.Join(" and ", entries.Select(e => e.Type.ToString().ToLowerInvariant()).Distinct())}"));
            Fact(output, "hash", ModelFolder.Hash(network));
            Fact(output, "speaks", manifest.TokenizerHash is { } hash ? $"the tokens of {hash}" : null);
            Fact(output, "classes", manifest.ClassNames.Count == 0 ? null : $"{manifest.ClassNames.Count}: {string.Join(", ", manifest.ClassNames)}");
            Fact(output, "data", manifest.Dataset);
            Fact(output, "licence", manifest.Licence);
            Fact(output, "trained by", manifest.TrainingCommand);
            Fact(output, "metrics", manifest.Metrics.Count == 0 ? null
                : string.Join(", ", manifest.Metrics.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value:g4}"))));
        }
    }

    private static string Describe(ClipGeometry g) => string.Create(CultureInfo.InvariantCulture,
        $"clips of {g.Frames}x{g.Height}x{g.Width}, {g.TokenCount} tokens of {g.LatentFrames}x{g.LatentHeight}x{g.LatentWidth}");

    private static string Title(TransformerConfig config) => string.Create(CultureInfo.InvariantCulture,
        $"transformer (vocabulary {config.Vocabulary.Size}, sequence {config.SequenceLength}, {config.Classes} classes, {(config.Vocabulary.HasTaskTokens ? "multi" : "single")}-task)");

    private static IEnumerable<(string Name, long Count)> Parts(nn.Module network) =>
        network.named_parameters().GroupBy(p => p.name.Split('.')[0]).Select(g => (g.Key, g.Sum(p => p.parameter.numel())));

    private static void Write(TextWriter output, string title, IEnumerable<(string Name, long Count)> parts)
    {
        output.WriteLine(title);
        long total = 0;
        foreach (var (name, count) in parts)
        {
            total += count;
            Line(output, name, count);
        }

        Line(output, "total", total);
    }

    private static void Line(TextWriter output, string name, long count) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-14}{count,15:n0}"));

    private static void Fact(TextWriter output, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            output.WriteLine($"  {name,-14} {value}");
        }
    }
}
