using static TorchSharp.torch;

namespace Magvit.Model.Checkpoints;

/// <summary>
/// Tensors in the safetensors format. A file is written under a temporary name, flushed to disk and renamed, so a crash leaves the old file or the
/// new one, never half of one.
/// </summary>
public static class SafeTensors
{
    /// <summary>Writes tensors and metadata to a file.</summary>
    /// <param name="path">The file, replaced when it exists.</param>
    /// <param name="tensors">Tensors by name.</param>
    /// <param name="metadata">Free text by name.</param>
    /// <param name="floatType">The type that float32 tensors take on disk; null keeps them.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written; the file that was there stands.</exception>
    public static void Write(
        string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null, ScalarType? floatType = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var stored = tensors.OrderBy(t => t.Key, StringComparer.Ordinal)
            .Select(t => (t.Key, Value: Stored(t.Value, floatType))).ToList();
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                file.Write(SafeTensorsHeader.Build(stored.Select(t => (t.Key, t.Value.dtype, t.Value.shape)), metadata));
                foreach (var (_, tensor) in stored)
                {
                    file.Write(tensor.bytes);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Reads every tensor of a file; they belong to the caller's dispose scope, if any.</summary>
    /// <exception cref="InvalidDataException">The file is not a whole safetensors file.</exception>
    public static (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Metadata) Read(string path)
    {
        var header = SafeTensorsHeader.Read(path);
        using var file = File.OpenRead(path);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var entry in header.Entries)
        {
            var tensor = empty([.. entry.Shape], entry.Type);
            file.Position = entry.Position;
            file.ReadExactly(tensor.bytes);
            tensors[entry.Name] = tensor;
        }

        return (tensors, new Dictionary<string, string>(header.Metadata));
    }

    private static Tensor Stored(Tensor tensor, ScalarType? floatType)
    {
        var source = tensor.detach().cpu().contiguous();
        return floatType is { } type && source.dtype == ScalarType.Float32 ? source.to(type) : source;
    }
}
