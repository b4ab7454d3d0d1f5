namespace Magvit.Model.Generation;

/// <summary>Where windows lie along one axis of a canvas, so that each overlaps what is known before it.</summary>
internal static class WindowStarts
{
    /// <summary>Starts in rising order; together the windows cover 0 to <paramref name="extent"/> and may reach beyond.</summary>
    /// <param name="extent">Cells of the canvas along the axis.</param>
    /// <param name="from">The first known cell.</param>
    /// <param name="to">The cell after the last known one; equal to <paramref name="from"/> when none is.</param>
    /// <param name="size">Cells of a window.</param>
    /// <param name="overlap">Cells that a window shares with the one before, below <paramref name="size"/>.</param>
    public static IReadOnlyList<int> Along(int extent, int from, int to, int size, int overlap)
    {
        if (overlap < 0 || overlap >= size)
        {
            throw new ArgumentOutOfRangeException(nameof(overlap), overlap, $"overlap: expected 0 to {size - 1} for windows of {size}");
        }

        var step = size - overlap;
        var starts = new SortedSet<int>();
        var (first, last) = (from, to - size);
        if (last < first)
        {
            // What is known is smaller than a window: in its middle, as far as the canvas allows.
            first = last = Math.Clamp(from - (size - (to - from)) / 2, 0, Math.Max(0, extent - size));
        }

        for (var start = first; start < last; start += step)
        {
            starts.Add(start);
        }

        starts.Add(last);
        for (var start = first; start > 0;)
        {
            starts.Add(start -= step);
        }

        for (var start = last; start + size < extent;)
        {
            starts.Add(start += step);
        }

        return [.. starts];
    }
}
