using Magvit.Model.Training;
using static TorchSharp.torch;

namespace Magvit.Model.Evaluation;

/// <summary>
/// The real windows that an evaluation compares with: as many evenly spaced starts of each clip as are needed, in an order that depends on the seed alone, so
/// that every fold holds all kinds of clips. When there are not enough, the list starts over (as in the paper, where each BAIR clip is predicted many times).
/// </summary>
public sealed class ClipWindows
{
    private readonly ClipDataset _clips;
    private readonly List<(int Clip, int Start)> _windows;

    /// <summary>Windows of a data set.</summary>
    /// <param name="clips">Where they are cut from.</param>
    /// <param name="frames">Frames of a window.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="seed">Fixes their order.</param>
    /// <exception cref="ArgumentException">There are no clips.</exception>
    public ClipWindows(ClipDataset clips, int frames, int count, int seed)
    {
        ArgumentNullException.ThrowIfNull(clips);
        if (clips.Count == 0)
        {
            throw new ArgumentException("there are no clips to evaluate on", nameof(clips));
        }

        (_clips, Frames, Count) = (clips, frames, count);
        var each = (count + clips.Count - 1) / clips.Count;
        var random = new Random(seed);
        _windows = [.. Enumerable.Range(0, clips.Count).SelectMany(c => Starts(clips.FrameCount(c) - (frames - 1) * clips.Sampling.FrameStride - 1, each).Select(s => (c, s)))];
        var order = _windows.ToArray();
        random.Shuffle(order);
        _windows = [.. order];
    }

    /// <summary>Frames of a window.</summary>
    public int Frames { get; }

    /// <summary>How many windows are used, repeats included.</summary>
    public int Count { get; }

    /// <summary>How many differ.</summary>
    public int Distinct => Math.Min(Count, _windows.Count);

    /// <summary>Windows from <paramref name="first"/> on, [n, 3, T, H, W] in [0, 1], and their classes' places.</summary>
    public (Tensor Clips, int[] Labels) Batch(int first, int count)
    {
        using var scope = NewDisposeScope();
        var chosen = Enumerable.Range(first, count).Select(i => _windows[i % _windows.Count]).ToList();
        var clips = cat([.. chosen.Select(w => _clips.Window(w.Clip, w.Start, Frames))]);
        return (clips.MoveToOuterDisposeScope(), [.. chosen.Select(w => _clips.Label(w.Clip))]);
    }

    // Evenly spaced from the first start to the last; one alone lies in the middle.
    private static IEnumerable<int> Starts(int last, int count) => last <= 0 ? [0]
        : count == 1 ? [last / 2]
        : Enumerable.Range(0, count).Select(i => (int)Math.Round((double)i * last / (count - 1))).Distinct();
}
