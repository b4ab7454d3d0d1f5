using System.Security.Cryptography;
using System.Text;
using Magvit.Model.Checkpoints;
using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>Decoded clips by class, held in memory as bytes; batches are a pure function of seed and step, so that a resumed run sees the same data.</summary>
public sealed class ClipDataset : IDisposable
{
    private readonly List<Clip> _clips;

    private ClipDataset(List<Clip> clips, IReadOnlyList<string> classNames) => (_clips, ClassNames) = (clips, classNames);

    /// <summary>Class names in alphabetical order; labels are indices into it.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>How many clips there are.</summary>
    public int Count => _clips.Count;

    /// <summary>Reads a cache: a safetensors file of uint8 [F, H, W, 3] tensors named <c>class/clip</c>.</summary>
    public static ClipDataset Load(string cachePath)
    {
        var (tensors, _) = SafeTensors.Read(cachePath);
        return new ClipDataset(
            [.. tensors.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new Clip(t.Key, ClassOf(t.Key), t.Value.DetachFromDisposeScope()))],
            [.. tensors.Keys.Select(ClassOf).Distinct().Order(StringComparer.Ordinal)]);
    }

    /// <summary>
    /// Splits by the hash of each clip's name: one in <paramref name="oneIn"/> is held out, and at least one; the same ones on every machine.
    /// Both parts know all classes, so that labels mean the same in each.
    /// </summary>
    /// <exception cref="InvalidDataException">There are fewer than two clips.</exception>
    public (ClipDataset Train, ClipDataset HeldOut) Split(int oneIn = 8)
    {
        if (Count < 2)
        {
            throw new InvalidDataException($"there is {Count} clip; training needs at least two, one of them held out");
        }

        var hashes = _clips.ConvertAll(c => SHA256.HashData(Encoding.UTF8.GetBytes(c.Name))[0]);
        var isHeldOut = hashes.ConvertAll(h => h % oneIn == 0);
        if (isHeldOut.TrueForAll(held => held == isHeldOut[0]))
        {
            isHeldOut = [.. Enumerable.Range(0, Count).Select(i => i == hashes.IndexOf(hashes.Min()))];
        }

        var groups = _clips.Zip(isHeldOut).ToLookup(c => c.Second, c => c.First);
        return (new ClipDataset([.. groups[false]], ClassNames), new ClipDataset([.. groups[true]], ClassNames));
    }

    /// <summary>The label of a clip by its place.</summary>
    public int Label(int index) => Index(_clips[index].ClassName);

    /// <summary>The name of a clip by its place, <c>class/clip</c>.</summary>
    public string Name(int index) => _clips[index].Name;

    /// <summary>One window of a clip: [1, 3, frames, H, W], float32 in [0, 1].</summary>
    public Tensor Window(int index, int start, int frames)
    {
        using var scope = NewDisposeScope();
        return Floats(Slice(_clips[index], start, frames).unsqueeze(0)).MoveToOuterDisposeScope();
    }

    /// <summary>The training batch of a step: clips [B, 3, frames, H, W] in [0, 1] and labels.</summary>
    /// <remarks>Every epoch is a permutation of the clips; the window's start is uniform. Both depend on seed and step alone.</remarks>
    public (Tensor Clips, int[] Labels) Batch(int step, int batchSize, int frames, int seed)
    {
        using var scope = NewDisposeScope();
        var windows = new Tensor[batchSize];
        var labels = new int[batchSize];
        for (var i = 0; i < batchSize; i++)
        {
            var position = (long)step * batchSize + i;
            var epoch = (int)(position / Count);
            var order = Order(epoch, seed);
            var clip = _clips[order[(int)(position % Count)]];
            var starts = (int)clip.Frames.size(0) - frames + 1;
            windows[i] = Slice(clip, new Random(HashCode(seed, position)).Next(Math.Max(1, starts)), frames);
            labels[i] = Index(clip.ClassName);
        }

        return (Floats(stack(windows)).MoveToOuterDisposeScope(), labels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var clip in _clips)
        {
            clip.Frames.Dispose();
        }
    }

    private (int Epoch, int Seed, int[] Order)? _order;

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

    // A clip shorter than the window repeats its last frame.
    private static Tensor Slice(Clip clip, int start, int frames)
    {
        var available = (int)clip.Frames.size(0) - start;
        var window = clip.Frames.narrow(0, start, Math.Min(frames, available));
        return available >= frames ? window : cat([window, window.narrow(0, available - 1, 1).expand(frames - available, -1, -1, -1)]);
    }

    private static Tensor Floats(Tensor bytes) => bytes.permute(0, 4, 1, 2, 3).to(float32).div(255).contiguous();

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

    private sealed record Clip(string Name, string ClassName, Tensor Frames);
}
