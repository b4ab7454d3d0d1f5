using System.Globalization;
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
        Metrics = new MetricsLog(Path.Combine(path, "metrics.jsonl"));
    }

    /// <summary>The run's metrics.</summary>
    public MetricsLog Metrics { get; }

    /// <summary>Where the finished network goes.</summary>
    public string ModelPath => Path.Combine(_path, "model");

    /// <summary>The last checkpoint, which need not be there.</summary>
    public string CheckpointPath => Path.Combine(_path, "checkpoint.safetensors");

    /// <summary>Stores tensors after <paramref name="step"/> steps, replacing the checkpoint before.</summary>
    /// <exception cref="IOException">The disk is full or fails; the checkpoint before stands.</exception>
    public void SaveCheckpoint(int step, IReadOnlyDictionary<string, Tensor> tensors)
    {
        try
        {
            SafeTensors.Write(CheckpointPath, tensors, new Dictionary<string, string> { ["step"] = step.ToString(CultureInfo.InvariantCulture) });
        }
        catch (IOException e)
        {
            throw new IOException(
                $"{CheckpointPath}: cannot store step {step} ({e.Message}); " +
                (File.Exists(CheckpointPath) ? "the checkpoint before it stands" : "there is no earlier checkpoint") +
                ". Free some space and run the same command again", e);
        }
    }

    /// <summary>The checkpoint, when there is one; its tensors belong to the caller's dispose scope.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public TrainingCheckpoint? ReadCheckpoint()
    {
        if (!File.Exists(CheckpointPath))
        {
            return null;
        }

        var (tensors, metadata) = SafeTensors.Read(CheckpointPath);
        return metadata.TryGetValue("step", out var step)
            ? new TrainingCheckpoint(CheckpointPath, int.Parse(step, CultureInfo.InvariantCulture), tensors)
            : throw new InvalidDataException($"{CheckpointPath}: not a checkpoint of a training run");
    }
}
