using System.Security.Cryptography;
using System.Text;
using Magvit.Model.Checkpoints;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>
/// Decoded clips by class, read from a cache file as they are needed. Batches are a pure function of seed and step, so that a resumed run sees the same
/// data; the next one is read in the background. Its parts (<see cref="Split"/>, <see cref="With"/>) share the file.
/// </summary>
public sealed class ClipDataset : IDisposable
{
    private const string TrainSplit = "train";

    private readonly SafeFileHandle _file;
    private readonly List<Clip> _clips;
    private readonly BatchAhead _ahead;
    private (int Epoch, int Seed, int[] Order)? _order;
    private string? _fingerprint;

    private ClipDataset(SafeFileHandle file, List<Clip> clips, IReadOnlyList<string> classNames, ClipSampling sampling)
    {
        (_file, _clips, ClassNames, Sampling) = (file, clips, classNames, sampling);
        _ahead = new BatchAhead(this);
    }

    /// <summary>Class names in alphabetical order; labels are indices into it.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>How windows are cut from the clips.</summary>
    public ClipSampling Sampling { get; }

    /// <summary>How many clips there are.</summary>
    public int Count => _clips.Count;

    /// <summary>SHA-256 over names, sizes and pixels in order: the same for the same clips, and for no others. Reads all of them once.</summary>
    public string Fingerprint => _fingerprint ??= ComputeFingerprint();

    /// <summary>H, pixels.</summary>
    public int Height => _clips[0].Height;

    /// <summary>W, pixels.</summary>
    public int Width => _clips[0].Width;

    /// <summary>Opens a cache: a safetensors file of uint8 [F, H, W, 3] tensors named <c>class/clip</c>, as <see cref="ClipCacheWriter"/> writes it.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or is no cache of clips of one size.</exception>
    public static ClipDataset Load(string cachePath)
    {
        var header = SafeTensorsHeader.Read(cachePath);
        var clips = header.Entries.OrderBy(e => e.Name, StringComparer.Ordinal)
            .Select(e => e is { Type: ScalarType.Byte, Shape: [var frames, var height, var width, 3] }
                ? new Clip(e.Name, ClassOf(e.Name), header.Metadata.GetValueOrDefault(ClipCacheWriter.SplitKey(e.Name)), e.Position, (int)frames, (int)height, (int)width)
                : throw new InvalidDataException($"{cachePath}: {e.Name} is no clip: expected uint8 [F, H, W, 3], got {e.Type} [{string.Join(", ", e.Shape)}]"))
            .ToList();
        if (clips.Count == 0 || clips.Exists(c => (c.Height, c.Width) != (clips[0].Height, clips[0].Width)))
        {
            throw new InvalidDataException($"{cachePath}: {(clips.Count == 0 ? "there are no clips" : "the clips differ in size")}");
        }

        return new ClipDataset(File.OpenHandle(cachePath), clips, [.. clips.Select(c => c.ClassName).Distinct().Order(StringComparer.Ordinal)], new ClipSampling());
    }

    /// <summary>The same clips with windows cut in another way.</summary>
    public ClipDataset With(ClipSampling sampling)
    {
        ArgumentNullException.ThrowIfNull(sampling);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampling.FrameStride, 1, nameof(sampling));
        return new ClipDataset(_file, _clips, ClassNames, sampling);
    }

    /// <summary>
    /// Splits as the cache says, or else by the hash of each clip's name: one in <paramref name="oneIn"/> is held out, and at least one; the same ones
    /// on every machine. Both parts know all classes, so that labels mean the same in each. Held-out windows are never mirrored.
    /// </summary>
    /// <exception cref="InvalidDataException">There are fewer than two clips, or one of the parts is empty.</exception>
    public (ClipDataset Train, ClipDataset HeldOut) Split(int oneIn = 8)
    {
        if (Count < 2)
        {
            throw new InvalidDataException($"there is {Count} clip; training needs at least two, one of them held out");
        }

        var isHeldOut = _clips.Exists(c => c.Split is not null) ? GivenSplit() : HashedSplit(oneIn);
        var groups = _clips.Zip(isHeldOut).ToLookup(c => c.Second, c => c.First);
        return (new ClipDataset(_file, [.. groups[false]], ClassNames, Sampling),
            new ClipDataset(_file, [.. groups[true]], ClassNames, Sampling with { Flip = false }));
    }

    /// <summary>The label of a clip by its place.</summary>
    public int Label(int index) => Index(_clips[index].ClassName);

    /// <summary>The name of a clip by its place, <c>class/clip</c>.</summary>
    public string Name(int index) => _clips[index].Name;

    /// <summary>F, the frames of a clip by its place.</summary>
    public int FrameCount(int index) => _clips[index].Frames;

    /// <summary>Whether a clip is held out: null when the data set does not say, and <see cref="Split"/> decides.</summary>
    public bool? IsHeldOut(int index) => _clips[index].Split is { } split ? split != TrainSplit : null;

    /// <summary>One window of a clip: [1, 3, frames, H, W], float32 in [0, 1].</summary>
    public Tensor Window(int index, int start, int frames) => Read([new ClipWindow(index, start, false)], frames);

    /// <summary>The windows of a training step.</summary>
    public IReadOnlyList<ClipWindow> Windows(int step, int batchSize, int frames, int seed) =>
        [.. Enumerable.Range(0, batchSize).Select(i => Pick((long)step * batchSize + i, frames, seed))];

    /// <summary>The window of the sample at a position of a run, a function of position and seed alone.</summary>
    /// <remarks>Every epoch is a permutation of the clips; the window's start is uniform.</remarks>
    public ClipWindow Pick(long position, int frames, int seed)
    {
        var clip = Order((int)(position / Count), seed)[(int)(position % Count)];
        var starts = Math.Max(1, _clips[clip].Frames - (frames - 1) * Sampling.FrameStride);
        var random = new Random(HashCode(seed, position));
        var start = random.Next(starts);
        return new ClipWindow(clip, Sampling.RandomStart ? start : 0, Sampling.Flip && random.Next(2) == 1);
    }

    /// <summary>The pixels of windows: [B, 3, frames, H, W], float32 in [0, 1]. A clip shorter than the window repeats its last frame.</summary>
    public Tensor Read(IReadOnlyList<ClipWindow> windows, int frames)
    {
        ArgumentNullException.ThrowIfNull(windows);
        return ToClips(ReadPixels(windows, frames), windows.Count, frames, CPU);
    }

    /// <summary>The training batch of a step: clips [B, 3, frames, H, W] in [0, 1] and labels. The batch of the next step is read meanwhile.</summary>
    /// <param name="step">The step.</param>
    /// <param name="batchSize">Clips.</param>
    /// <param name="frames">Frames of each.</param>
    /// <param name="seed">Fixes order and windows.</param>
    /// <param name="device">Where the clips shall be; null leaves them on the CPU.</param>
    public (Tensor Clips, int[] Labels) Batch(int step, int batchSize, int frames, int seed, Device? device = null)
    {
        var windows = Windows(step, batchSize, frames, seed);
        var next = Windows(step + 1, batchSize, frames, seed);
        var pixels = _ahead.Take(windows, next, frames);
        return (ToClips(pixels, batchSize, frames, device ?? CPU), [.. windows.Select(w => Label(w.Clip))]);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Pixels of windows, 0 to 255, as [B, 3, frames, H, W]; from any thread.</summary>
    internal byte[] ReadPixels(IReadOnlyList<ClipWindow> windows, int frames)
    {
        var size = 3 * frames * Height * Width;
        var pixels = GC.AllocateUninitializedArray<byte>(checked(windows.Count * size));
        for (var i = 0; i < windows.Count; i++)
        {
            ReadWindow(windows[i], frames, pixels.AsSpan(i * size, size));
        }

        return pixels;
    }

    // Pixels travel as bytes, a quarter of their size as numbers, and to a GPU from memory that it reads by itself while the processor goes on.
    private Tensor ToClips(byte[] pixels, int count, int frames, Device device)
    {
        using var scope = NewDisposeScope();
        var bytes = tensor(pixels, [count, 3, frames, Height, Width]);
        bytes = device.type == DeviceType.CUDA ? bytes.pin_memory().to(device, non_blocking: true) : bytes;
        return (bytes.to(float32) / 255).MoveToOuterDisposeScope();
    }

    private void ReadWindow(ClipWindow window, int frames, Span<byte> pixels)                         // [3, frames, H, W]
    {
        var clip = _clips[window.Clip];
        ArgumentOutOfRangeException.ThrowIfNegative(window.Start, nameof(window));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(window.Start, clip.Frames, nameof(window));
        var (plane, frameBytes) = (Height * Width, 3 * Height * Width);
        var bytes = new byte[frameBytes];
        for (var t = 0; t < frames; t++)
        {
            var frame = window.Start + t * Sampling.FrameStride;
            if (t == 0 || frame < clip.Frames)
            {
                ReadExactly(bytes, clip.Position + (long)frame * frameBytes);
            }

            for (var y = 0; y < Height; y++)
            {
                for (var x = 0; x < Width; x++)
                {
                    var from = 3 * (y * Width + (window.IsFlipped ? Width - 1 - x : x));
                    var to = t * plane + y * Width + x;
                    pixels[to] = bytes[from];
                    pixels[to + frames * plane] = bytes[from + 1];
                    pixels[to + 2 * frames * plane] = bytes[from + 2];
                }
            }
        }
    }

    private void ReadExactly(Span<byte> bytes, long position)
    {
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(_file, bytes, position);
            if (read == 0)
            {
                throw new InvalidDataException("the clip cache has become shorter since it was opened; delete it, it is made anew");
            }

            bytes = bytes[read..];
            position += read;
        }
    }

    private string ComputeFingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var frame = new byte[3 * Height * Width];
        foreach (var clip in _clips)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{clip.Name}\n{clip.Frames}x{clip.Height}x{clip.Width}\n"));
            for (var t = 0; t < clip.Frames; t++)
            {
                ReadExactly(frame, clip.Position + (long)t * frame.Length);
                hash.AppendData(frame);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private List<bool> GivenSplit()
    {
        var isHeldOut = _clips.ConvertAll(c => c.Split is not null and not TrainSplit);
        return isHeldOut.TrueForAll(held => held == isHeldOut[0])
            ? throw new InvalidDataException($"the manifest puts all {Count} clips into one part; training needs clips to train on and held-out clips")
            : isHeldOut;
    }

    private List<bool> HashedSplit(int oneIn)
    {
        var hashes = _clips.ConvertAll(c => SHA256.HashData(Encoding.UTF8.GetBytes(c.Name))[0]);
        var isHeldOut = hashes.ConvertAll(h => h % oneIn == 0);
        return isHeldOut.TrueForAll(held => held == isHeldOut[0])
            ? [.. Enumerable.Range(0, Count).Select(i => i == hashes.IndexOf(hashes.Min()))]
            : isHeldOut;
    }

    private int[] Order(int epoch, int seed)
    {
        if (_order is { } known && known.Epoch == epoch && known.Seed == seed)
        {
            return known.Order;
        }

        var order = Enumerable.Range(0, Count).ToArray();
        new Random(HashCode(seed, ~(long)epoch)).Shuffle(order);
        _order = (epoch, seed, order);
        return order;
    }

    // A fixed mix (splitmix64): System.HashCode differs from process to process.
    private static int HashCode(int seed, long value)
    {
        var z = unchecked(((ulong)seed << 32) ^ (ulong)value + 0x9E3779B97F4A7C15UL);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return (int)(z ^ (z >> 31)) & int.MaxValue;
    }

    private static string ClassOf(string name) => name.Split('/')[0];

    private int Index(string className)
    {
        for (var i = 0; i < ClassNames.Count; i++)
        {
            if (ClassNames[i] == className)
            {
                return i;
            }
        }

        throw new ArgumentException($"no class {className}", nameof(className));
    }

    private sealed record Clip(string Name, string ClassName, string? Split, long Position, int Frames, int Height, int Width);
}
