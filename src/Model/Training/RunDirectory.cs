using System.Globalization;
using System.Text.Json;
using Magvit.Model.Checkpoints;
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
    }

    /// <summary>Where the finished network goes.</summary>
    public string ModelPath => Path.Combine(_path, "model");

    private string CheckpointPath => Path.Combine(_path, "checkpoint.safetensors");

    /// <summary>Appends one line of metrics.</summary>
    public void Log(int step, IReadOnlyDictionary<string, double> values)
    {
        var line = new Dictionary<string, double>(values) { ["step"] = step };
        File.AppendAllText(Path.Combine(_path, "metrics.jsonl"), JsonSerializer.Serialize(line) + "\n");
    }

    /// <summary>Stores weights, average and optimizer after <paramref name="step"/> steps, replacing the checkpoint before.</summary>
    public void SaveCheckpoint(int step, nn.Module module, ExponentialMovingAverage ema, optim.Optimizer optimizer)
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

        foreach (var (name, tensor) in optimizer.state_tensors())
        {
            tensors[$"optimizer.{name}"] = tensor;
        }

        SafeTensors.Write(CheckpointPath, tensors, new Dictionary<string, string> { ["step"] = step.ToString(CultureInfo.InvariantCulture) });
    }

    /// <summary>Takes up the checkpoint when there is one.</summary>
    /// <returns>The number of steps done.</returns>
    public int Resume(nn.Module module, ExponentialMovingAverage ema, optim.Optimizer optimizer)
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
            parameter.copy_(tensors[$"model.{name}"]);
            ema.Weights[name].copy_(tensors[$"ema.{name}"]);
        }

        optimizer.load_state_tensors(tensors.Where(t => t.Key.StartsWith("optimizer.", StringComparison.Ordinal))
            .ToDictionary(t => t.Key["optimizer.".Length..], t => t.Value));
        return int.Parse(metadata["step"], CultureInfo.InvariantCulture);
    }
}
