using System.Text.Json;
using Magvit.Model.Checkpoints;
using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>
/// Writes the file that <see cref="ClipDataset"/> reads, clip by clip as they are decoded, so that a data set need not fit into memory. The header goes
/// into space kept free at the front. The file appears under its name only when it is whole.
/// </summary>
public sealed class ClipCacheWriter : IDisposable
{
    // Beside the name: dtype, shape, offsets and their punctuation.
    private const int HeaderBytesPerClip = 160;

    private readonly string _path;
    private readonly string _temporary;
    private readonly (int Width, int Height) _size;
    private readonly long _headerSize;
    private readonly FileStream _file;
    private readonly Lock _lock = new();
    private readonly List<(string Name, ScalarType Type, long[] Shape)> _clips = [];
    private readonly Dictionary<string, string> _splits = [];

    /// <summary>Begins a file.</summary>
    /// <param name="path">Where it goes; its folder exists.</param>
    /// <param name="names">The names of all clips that may come, <c>class/clip</c>.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    public ClipCacheWriter(string path, IEnumerable<string> names, int width, int height)
    {
        (_path, _temporary, _size) = (path, $"{path}.{Environment.ProcessId}.tmp", (width, height));
        _headerSize = 1024 + names.Sum(n => (2L * JsonEncodedText.Encode(n).EncodedUtf8Bytes.Length) + HeaderBytesPerClip);
        _file = new FileStream(_temporary, FileMode.Create, FileAccess.Write);
        _file.Position = _headerSize += -_headerSize & 7;
    }

    /// <summary>How many clips have been added.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _clips.Count;
            }
        }
    }

    /// <summary>Adds a clip; from any thread.</summary>
    /// <param name="name"><c>class/clip</c>.</param>
    /// <param name="rgb">Its frames, uint8 [F, H, W, 3].</param>
    /// <param name="split">train, or the name of what is held out; null leaves the choice to <see cref="ClipDataset.Split"/>.</param>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Add(string name, ReadOnlySpan<byte> rgb, string? split = null)
    {
        var frameBytes = 3 * _size.Width * _size.Height;
        if (rgb.IsEmpty || rgb.Length % frameBytes != 0)
        {
            throw new ArgumentException($"rgb: expected frames of {frameBytes} bytes for {_size.Width}x{_size.Height}, got {rgb.Length} bytes", nameof(rgb));
        }

        lock (_lock)
        {
            _file.Write(rgb);
            _clips.Add((name, ScalarType.Byte, [rgb.Length / frameBytes, _size.Height, _size.Width, 3]));
            if (split is not null)
            {
                _splits[SplitKey(name)] = split;
            }
        }
    }

    /// <summary>Writes the header, flushes to disk and gives the file its name.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            var header = SafeTensorsHeader.Build(_clips, _splits.Count == 0 ? null : _splits, _headerSize);
            if (header.Length != _headerSize)
            {
                throw new InvalidOperationException("clips were added whose names were not announced");
            }

            _file.Position = 0;
            _file.Write(header);
            _file.Flush(flushToDisk: true);
            _file.Dispose();
            File.Move(_temporary, _path, overwrite: true);
        }
    }

    /// <summary>Leaves nothing behind of a file that was not completed.</summary>
    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_temporary);
    }

    internal static string SplitKey(string name) => $"split:{name}";
}
