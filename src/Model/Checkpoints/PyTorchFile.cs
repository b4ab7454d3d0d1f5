using System.Buffers.Binary;
using System.IO.Compression;
using static TorchSharp.torch;

namespace Magvit.Model.Checkpoints;

/// <summary>
/// Reads the tensors of a state dict that PyTorch wrote (.pt, .pth), in its present form, a zip, and in that from before 1.6. Nothing of the file is run:
/// of pickle only what builds dictionaries of tensors is understood.
/// </summary>
public static class PyTorchFile
{
    // PROTO 2, LONG1 of ten bytes, 0x1950a86a20f9469cfc6c.
    private static ReadOnlySpan<byte> LegacyMagic => [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E];

    /// <summary>Whether a file begins as PyTorch's do.</summary>
    public static bool IsOne(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[15];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return start[..read].StartsWith("PK\x03\x04"u8) || start[..read].SequenceEqual(LegacyMagic);
    }

    /// <summary>Reads every tensor by its name; they belong to the caller's dispose scope, if any.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or holds something else than a dictionary of tensors.</exception>
    public static Dictionary<string, Tensor> Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> start = stackalloc byte[4];
            file.ReadExactly(start);
            file.Position = 0;
            return start.SequenceEqual("PK\x03\x04"u8) ? ReadZip(file) : ReadLegacy(file);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or KeyNotFoundException or InvalidCastException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: no state dict that can be read ({e.Message})", e);
        }
    }

    private static Dictionary<string, Tensor> ReadZip(Stream file)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read);
        var index = zip.Entries.FirstOrDefault(e => e.FullName.EndsWith("/data.pkl", StringComparison.Ordinal))
            ?? throw new InvalidDataException("the archive has no data.pkl");
        var root = index.FullName[..^"data.pkl".Length];
        using var stream = index.Open();
        var state = new StateDictUnpickler(stream).Read();
        return Tensors(state, storage =>
        {
            using var data = (zip.GetEntry($"{root}data/{storage.Key}") ?? throw new InvalidDataException($"storage {storage.Key} is missing")).Open();
            return Fill(storage, data);
        });
    }

    // Magic number, protocol, machine, object and keys, a pickle each; then for each key its number of elements and their bytes.
    private static Dictionary<string, Tensor> ReadLegacy(Stream file)
    {
        using var stream = new BufferedStream(file, 1 << 16);
        for (var i = 0; i < 3; i++)
        {
            new StateDictUnpickler(stream).Read();
        }

        var unpickler = new StateDictUnpickler(stream);
        var state = unpickler.Read();
        var keys = (List<object?>)new StateDictUnpickler(stream).Read()!;
        var storages = new Dictionary<string, Tensor>();
        Span<byte> length = stackalloc byte[8];
        foreach (var key in keys.Cast<string>())
        {
            stream.ReadExactly(length);
            var storage = unpickler.Storages[key];
            if (BinaryPrimitives.ReadInt64LittleEndian(length) != storage.Count)
            {
                throw new InvalidDataException($"storage {key} has another length than its tensors say");
            }

            storages[key] = Fill(storage, stream);
        }

        return Tensors(state, storage => storages[storage.Key]);
    }

    private static Tensor Fill(PickledStorage storage, Stream data)
    {
        var tensor = empty([storage.Count], storage.Type);
        data.ReadExactly(tensor.bytes);
        return tensor;
    }

    private static Dictionary<string, Tensor> Tensors(object? state, Func<PickledStorage, Tensor> read)
    {
        var entries = state as Dictionary<object, object?> ?? throw new InvalidDataException("it holds no dictionary");
        if (entries.GetValueOrDefault("state_dict") is Dictionary<object, object?> inner)
        {
            entries = inner;
        }

        var storages = new Dictionary<string, Tensor>();
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, value) in entries)
        {
            if (value is PickledTensor tensor)
            {
                var storage = storages.TryGetValue(tensor.Storage.Key, out var known) ? known : storages[tensor.Storage.Key] = read(tensor.Storage);
                tensors[(string)name] = Shaped((string)name, tensor, storage);
            }
        }

        return tensors.Count > 0 ? tensors : throw new InvalidDataException("its dictionary holds no tensors");
    }

    private static Tensor Shaped(string name, PickledTensor tensor, Tensor storage)
    {
        var expected = 1L;
        for (var i = tensor.Shape.Count - 1; i >= 0; i--)
        {
            if (tensor.Shape[i] != 1 && tensor.Stride[i] != expected)
            {
                throw new InvalidDataException($"{name} is not contiguous: save it after .contiguous()");
            }

            expected *= tensor.Shape[i];
        }

        return storage.narrow(0, tensor.Offset, expected).reshape([.. tensor.Shape]).clone();
    }
}
