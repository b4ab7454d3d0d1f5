using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace Magvit.Model.Checkpoints;

/// <summary>The part of a safetensors file before the data: 8 bytes of length, then JSON of name to dtype, shape and byte range, and <c>__metadata__</c>.</summary>
/// <param name="Entries">The tensors in the order of the file.</param>
/// <param name="Metadata">Free text by name.</param>
public sealed record SafeTensorsHeader(IReadOnlyList<SafeTensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    private const long MaxBytes = 256 << 20;

    private static readonly (ScalarType Type, string Name)[] Types =
    [
        (ScalarType.Float64, "F64"), (ScalarType.Float32, "F32"), (ScalarType.Float16, "F16"), (ScalarType.BFloat16, "BF16"),
        (ScalarType.Int64, "I64"), (ScalarType.Int32, "I32"), (ScalarType.Int16, "I16"), (ScalarType.Int8, "I8"),
        (ScalarType.Byte, "U8"), (ScalarType.Bool, "BOOL"),
    ];

    /// <summary>Reads the header of a file and checks that all its data is there.</summary>
    /// <exception cref="InvalidDataException">The file is not a whole safetensors file.</exception>
    public static SafeTensorsHeader Read(string path)
    {
        using var file = File.OpenRead(path);
        try
        {
            Span<byte> length = stackalloc byte[8];
            file.ReadExactly(length);
            var headerBytes = BinaryPrimitives.ReadInt64LittleEndian(length);
            if (headerBytes is <= 0 or > MaxBytes || headerBytes + 8 > file.Length)
            {
                throw new InvalidDataException($"{path}: not a safetensors file");
            }

            var header = new byte[headerBytes];
            file.ReadExactly(header);
            using var json = JsonDocument.Parse(header);
            var parsed = Parse(json.RootElement, headerBytes + 8);
            var incomplete = parsed.Entries.FirstOrDefault(e => e.Length < 0 || e.Position + e.Length > file.Length);
            return incomplete is null
                ? parsed
                : throw new InvalidDataException($"{path}: {incomplete.Name} does not have the bytes that its shape asks for; the file is damaged or truncated");
        }
        catch (Exception e) when (e is JsonException or EndOfStreamException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{path}: not a safetensors file ({e.Message})", e);
        }
    }

    /// <summary>The bytes of a header, its length in front, filled up with spaces to at least <paramref name="size"/> bytes.</summary>
    /// <param name="tensors">Name, type and shape of each tensor in the order of the data, which has no gaps.</param>
    /// <param name="metadata">Free text by name.</param>
    /// <param name="size">Bytes to fill.</param>
    internal static byte[] Build(
        IEnumerable<(string Name, ScalarType Type, long[] Shape)> tensors, IReadOnlyDictionary<string, string>? metadata, long size = 0)
    {
        using var buffer = new MemoryStream();
        buffer.Write(stackalloc byte[8]);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
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
            foreach (var (name, type, shape) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", Types.First(t => t.Type == type).Name);
                json.WriteStartArray("shape");
                foreach (var extent in shape)
                {
                    json.WriteNumberValue(extent);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += Bytes(type, shape));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.Length < size || buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        var bytes = buffer.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes, bytes.Length - 8);
        return bytes;
    }

    private static long Bytes(ScalarType type, IReadOnlyList<long> shape) => shape.Aggregate(1L, (a, b) => a * b) * type switch
    {
        ScalarType.Float64 or ScalarType.Int64 => 8,
        ScalarType.Float32 or ScalarType.Int32 => 4,
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => 2,
        _ => 1,
    };

    private static SafeTensorsHeader Parse(JsonElement root, long dataStart)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var entries = new List<SafeTensorsEntry>();
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name == "__metadata__")
            {
                metadata = property.Value.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetString() ?? "");
                continue;
            }

            var dtype = property.Value.GetProperty("dtype").GetString();
            var type = Types.First(t => t.Name == dtype).Type;
            long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())];
            var offsets = property.Value.GetProperty("data_offsets");
            var (begin, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
            var fits = begin >= 0 && end - begin == Bytes(type, shape);
            entries.Add(new SafeTensorsEntry(property.Name, type, shape, dataStart + begin, fits ? end - begin : -1));
        }

        return new SafeTensorsHeader(entries, metadata);
    }
}
