using Magvit.Domain.Generation;
using Magvit.Domain.Models;
using Magvit.Infrastructure;
using Magvit.Model.Checkpoints;
using Magvit.Model.Generation;
using Magvit.Worker.Generation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using static TorchSharp.torch;

namespace Magvit.Worker.Models;

/// <summary>The models in this worker's folder, and those in memory: the least recently used one goes when a new one comes. For the compute thread.</summary>
internal sealed class ModelCatalog(IOptions<PlatformOptions> options, ILogger<ModelCatalog> logger) : IDisposable
{
    /// <summary>Models kept in memory.</summary>
    private const int Capacity = 2;

    private readonly LinkedList<LoadedModel> _loaded = new();
    private readonly Lock _lock = new();

    /// <summary>The names of the models in memory; from any thread.</summary>
    public IReadOnlyList<string> LoadedNames
    {
        get
        {
            lock (_lock)
            {
                return [.. _loaded.Select(l => l.Name)];
            }
        }
    }

    /// <summary>Looks through the models folder; a folder that cannot be read is logged and left out.</summary>
    public IReadOnlyList<InstalledModel> Scan()
    {
        var models = new List<InstalledModel>();
        if (!Directory.Exists(options.Value.ModelsPath))
        {
            logger.NoModelsFolder(options.Value.ModelsPath);
            return models;
        }

        foreach (var folder in Directory.EnumerateDirectories(options.Value.ModelsPath).Order(StringComparer.Ordinal))
        {
            try
            {
                models.Add(Describe(folder));
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                logger.ModelLeftOut(Path.GetFileName(folder), e.Message);
            }
        }

        return models;
    }

    /// <summary>The model of a name, loaded when it is not in memory; it stays there until the lease is disposed, on the compute thread.</summary>
    /// <exception cref="InvalidDataException">The model is missing or damaged.</exception>
    public ModelLease Rent(string name, ScalarType precision)
    {
        lock (_lock)
        {
            if (_loaded.FirstOrDefault(l => l.Name == name) is { } known)
            {
                return Rent(known);
            }
        }

        var loaded = new LoadedModel(name, VideoGenerator.Load(Path.Combine(options.Value.ModelsPath, name), precision, ComputeDevice.Device, ComputeDevice.UsesBytes));
        lock (_lock)
        {
            return Rent(loaded);
        }
    }

    public void Dispose()
    {
        foreach (var model in _loaded)
        {
            model.Generator.Dispose();
        }
    }

    private ModelLease Rent(LoadedModel model)
    {
        _loaded.Remove(model);
        _loaded.AddFirst(model);
        model.Users++;
        Trim();
        return new ModelLease(model.Generator, () => Return(model));
    }

    private void Return(LoadedModel model)
    {
        lock (_lock)
        {
            model.Users--;
            Trim();
        }
    }

    // The least recently used go first; those in use stay, even beyond the capacity.
    private void Trim()
    {
        for (var node = _loaded.Last; node is not null && _loaded.Count > Capacity;)
        {
            var previous = node.Previous;
            if (node.Value.Users == 0)
            {
                node.Value.Generator.Dispose();
                _loaded.Remove(node);
            }

            node = previous;
        }
    }

    private static InstalledModel Describe(string folder)
    {
        var transformer = ModelManifest.Read(Path.Combine(folder, "transformer"));
        var card = Path.Combine(folder, "README.md");
        using var generator = VideoGenerator.Load(folder, float32);
        var geometry = generator.Geometry;
        return new InstalledModel
        {
            Name = Path.GetFileName(folder),
            Kind = ModelKind.Transformer,
            Preset = transformer.Preset,
            ModelHash = generator.Hash,
            TokenizerHash = generator.TokenizerHash,
            Frames = geometry.Frames,
            Height = geometry.Height,
            Width = geometry.Width,
            TokenGrid = new TokenGrid(geometry.LatentFrames, geometry.LatentHeight, geometry.LatentWidth),
            ClassNames = transformer.ClassNames,
            Tasks = [.. GenerationTaskCatalog.All.Where(t => !t.NeedsClass || transformer.ClassNames.Count > 0).Select(t => t.Task)],
            Guidance = transformer.Guidance,
            ParameterCount = generator.ParameterCount,
            Licence = transformer.Licence,
            Card = File.Exists(card) ? File.ReadAllText(card) : null,
        };
    }

    private sealed class LoadedModel(string name, VideoGenerator generator)
    {
        public string Name => name;

        public VideoGenerator Generator => generator;

        public int Users { get; set; }
    }
}
