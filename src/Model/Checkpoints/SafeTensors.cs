using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace Magvit.Model.Checkpoints;

/// <summary>
/// The safetensors format: 8 bytes of header length, a JSON header (name to dtype, shape, byte range, and <c>__metadata__</c>), then the data.
/// A file is written under a temporary name, flushed to disk and renamed, so a crash leaves the old file or the new one, never half of one.
/// </summary>
public static class SafeTensors
{
    private const long MaxHeaderBytes = 64 << 20;

    private static readonly (ScalarType Type, string Name)[] Types =
    [
        (ScalarType.Float64, "F64"), (ScalarType.Float32, "F32"), (ScalarType.Float16, "F16"), (ScalarType.BFloat16, "BF16"),
        (ScalarType.Int64, "I64"), (ScalarType.Int32, "I32"), (ScalarType.Int16, "I16"), (ScalarType.Int8, "I8"),
        (ScalarType.Byte, "U8"), (ScalarType.Bool, "BOOL"),
    ];

    /// <summary>Writes tensors and metadata to a file.</summary>
    /// <param name="path">The file, replaced when it exists.</param>
    /// <param name="tensors">Tensors by name.</param>
    /// <param name="metadata">Free text by name.</param>
    /// <param name="floatType">The type that float32 tensors take on disk; null keeps them.</param>
    public static void Write(
        string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null, ScalarType? floatType = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var stored = tensors.OrderBy(t => t.Key, StringComparer.Ordinal)
            .Select(t => (t.Key, Value: Stored(t.Value, floatType))).ToList();
        var header = Header(stored, metadata);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                Span<byte> length = stackalloc byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
                file.Write(length);
                file.Write(header);
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
        using var file = File.OpenRead(path);
        var (entries, metadata, dataStart) = ReadHeader(file, path);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, type, shape, begin, end) in entries)
        {
            var tensor = empty(shape, type);
            if (tensor.numel() * tensor.element_size() != end - begin || dataStart + end > file.Length)
            {
                throw new InvalidDataException($"{path}: {name} does not have the bytes that its shape asks for; the file is damaged or truncated");
            }

            file.Position = dataStart + begin;
            file.ReadExactly(tensor.bytes);
            tensors[name] = tensor;
        }

        return (tensors, metadata);
    }

    private static Tensor Stored(Tensor tensor, ScalarType? floatType)
    {
        var source = tensor.detach().cpu().contiguous();
        return floatType is { } type && source.dtype == ScalarType.Float32 ? source.to(type) : source;
    }

    private static byte[] Header(List<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            foreach (var (name, tensor) in tensors)
            {
                var bytes = tensor.numel() * tensor.element_size();
                json.WriteStartObject(name);
                json.WriteString("dtype", Types.First(t => t.Type == tensor.dtype).Name);
                json.WriteStartArray("shape");
                foreach (var size in tensor.shape)
                {
                    json.WriteNumberValue(size);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private static (List<(string Name, ScalarType Type, long[] Shape, long Begin, long End)> Entries, Dictionary<string, string> Metadata, long DataStart)
        ReadHeader(FileStream file, string path)
    {
        try
        {
            Span<byte> length = stackalloc byte[8];
            file.ReadExactly(length);
            var headerBytes = BinaryPrimitives.ReadInt64LittleEndian(length);
            if (headerBytes is <= 0 or > MaxHeaderBytes || headerBytes + 8 > file.Length)
            {
                throw new InvalidDataException($"{path}: not a safetensors file");
            }

            var header = new byte[headerBytes];
            file.ReadExactly(header);
            using var json = JsonDocument.Parse(header);
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            var entries = new List<(string, ScalarType, long[], long, long)>();
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (property.Name == "__metadata__")
                {
                    metadata = property.Value.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetString() ?? "");
                    continue;
                }

                var dtype = property.Value.GetProperty("dtype").GetString();
                var offsets = property.Value.GetProperty("data_offsets");
                entries.Add((property.Name, Types.First(t => t.Name == dtype).Type,
                    [.. property.Value.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())], offsets[0].GetInt64(), offsets[1].GetInt64()));
            }

            return (entries, metadata, headerBytes + 8);
        }
        catch (Exception e) when (e is JsonException or EndOfStreamException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{path}: not a safetensors file ({e.Message})", e);
        }
    }
}
