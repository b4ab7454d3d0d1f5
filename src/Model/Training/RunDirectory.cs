using System.Globalization;
using Magvit.Model.Checkpoints;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>The folder of a training run: checkpoint, metrics as JSON lines, and the finished model.</summary>
public sealed class RunDirectory
{
    private readonly string _path;

    /// <summary>Opens or makes the folder.</summary>
    public RunDirectory(string path)
    {
        _path = path;
        Directory.CreateDirectory(path);
        Metrics = new MetricsLog(Path.Combine(path, "metrics.jsonl"));
    }

    /// <summary>The run's metrics.</summary>
    public MetricsLog Metrics { get; }

    /// <summary>Where the finished network goes.</summary>
    public string ModelPath => Path.Combine(_path, "model");

    /// <summary>The last checkpoint, which need not be there.</summary>
    public string CheckpointPath => Path.Combine(_path, "checkpoint.safetensors");

    /// <summary>Stores weights, average and optimizer after <paramref name="step"/> steps, replacing the checkpoint before.</summary>
    public void SaveCheckpoint(int step, nn.Module module, ExponentialMovingAverage ema, AdamW optimizer)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(ema);
        ArgumentNullException.ThrowIfNull(optimizer);
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, parameter) in module.named_parameters())
        {
            tensors[$"model.{name}"] = parameter;
            tensors[$"ema.{name}"] = ema.Weights[name];
        }

        foreach (var (name, tensor) in OptimizerCheckpoint.Tensors(optimizer))
        {
            tensors[$"optimizer.{name}"] = tensor;
        }

        SafeTensors.Write(CheckpointPath, tensors, new Dictionary<string, string> { ["step"] = step.ToString(CultureInfo.InvariantCulture) });
    }

    /// <summary>Takes up the checkpoint when there is one, and drops the metrics of the steps after it.</summary>
    /// <returns>The number of steps done.</returns>
    /// <exception cref="InvalidDataException">The checkpoint is damaged, or of another network.</exception>
    public int Resume(nn.Module module, ExponentialMovingAverage ema, AdamW optimizer)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(ema);
        ArgumentNullException.ThrowIfNull(optimizer);
        if (!File.Exists(CheckpointPath))
        {
            return 0;
        }

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (tensors, metadata) = SafeTensors.Read(CheckpointPath);
        foreach (var (name, parameter) in module.named_parameters())
        {
            parameter.copy_(Stored(tensors, $"model.{name}", parameter));
            ema.Weights[name].copy_(Stored(tensors, $"ema.{name}", parameter));
        }

        OptimizerCheckpoint.Load(optimizer, tensors.Where(t => t.Key.StartsWith("optimizer.", StringComparison.Ordinal))
            .ToDictionary(t => t.Key["optimizer.".Length..], t => t.Value));
        var step = int.Parse(metadata["step"], CultureInfo.InvariantCulture);
        Metrics.Truncate(step);
        return step;
    }

    private Tensor Stored(Dictionary<string, Tensor> tensors, string name, Tensor parameter) =>
        tensors.TryGetValue(name, out var stored) && stored.shape.SequenceEqual(parameter.shape)
            ? stored
            : throw new InvalidDataException(
                $"{CheckpointPath} is a checkpoint of another network: {name} is {(stored is null ? "not in it" : $"[{string.Join(", ", stored.shape)}]")}, "
                + $"expected [{string.Join(", ", parameter.shape)}]; take the preset that the run began with, or another run folder");
}
