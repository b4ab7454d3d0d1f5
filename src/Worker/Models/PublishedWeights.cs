using Magvit.Model.Checkpoints;
using Magvit.Model.Metrics;
using Magvit.Model.Perceptual;
using static TorchSharp.torch;

namespace Magvit.Worker.Models;

/// <summary>Brings the published weights of the networks behind metrics and the perceptual loss into the folder that we read them from.</summary>
internal static class PublishedWeights
{
    private static readonly (string Name, string File, Action<ReferenceWeights> Load)[] Networks =
    [
        ("i3d", ReferenceWeights.I3dFile, w => I3d.Load(w).Dispose()),
        ("c3d", ReferenceWeights.C3dFile, w => C3d.Load(w).Dispose()),
        ("squeezenet", ReferenceWeights.SqueezeNetFile, LoadSqueezeNet),
        ("lpips", ReferenceWeights.LpipsFile, w => Lpips.Load(w).Dispose()),
    ];

    /// <summary>What can be converted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Networks.Select(n => n.Name)];

    /// <summary>Converts a file and tries it; without one, says how to get it.</summary>
    /// <exception cref="ArgumentException">There is no such network, or no folder to write into.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or of another network; nothing is written.</exception>
    public static void Convert(string name, string? from, string? folder, TextWriter output)
    {
        var index = Array.FindIndex(Networks, n => n.Name == name);
        if (index < 0)
        {
            throw new ArgumentException($"no network {name}; there are {string.Join(", ", Names)}");
        }

        var (_, file, load) = Networks[index];
        if (from is null)
        {
            output.WriteLine($"{file} is not ours to ship. To get it: {ReferenceWeights.HowToGet[file]}");
            output.WriteLine($"The published file can be given here as it is: ./magvit convert weights {name} --from FILE --out DIR");
            return;
        }

        using var scope = NewDisposeScope();
        var tensors = PyTorchFile.IsOne(from) ? PyTorchFile.Read(from) : SafeTensors.Read(from).Tensors;
        if (name == "lpips")
        {
            tensors = tensors.ToDictionary(t => t.Key.Replace(".model.1", "", StringComparison.Ordinal), t => t.Value);
        }

        var target = folder ?? throw new ArgumentException("--out names the folder to write into");
        Directory.CreateDirectory(target);
        var trial = Directory.CreateTempSubdirectory("magvit-weights-");
        try
        {
            // Tried in a folder of its own, with what else is in the target: LPIPS needs SqueezeNet's weights too.
            foreach (var other in Networks.Where(n => n.File != file && File.Exists(Path.Combine(target, n.File))))
            {
                File.CreateSymbolicLink(Path.Combine(trial.FullName, other.File), Path.GetFullPath(Path.Combine(target, other.File)));
            }

            SafeTensors.Write(Path.Combine(trial.FullName, file), tensors);
            load(ReferenceWeights.Open(trial.FullName));
            SafeTensors.Write(Path.Combine(target, file), tensors);
        }
        finally
        {
            trial.Delete(recursive: true);
        }

        output.WriteLine($"{Path.Combine(target, file)}: {tensors.Count} tensors, which fit the network");
    }

    private static void LoadSqueezeNet(ReferenceWeights weights)
    {
        using var network = new SqueezeNet();
        using var scope = NewDisposeScope();
        try
        {
            network.load_state_dict(weights.Read(ReferenceWeights.SqueezeNetFile));
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{ReferenceWeights.SqueezeNetFile}: {e.Message}", e);
        }
    }
}
