using Magvit.Model.Training;

namespace Magvit.Worker.Training;

/// <summary>Which held-out clips are shown while a network trains.</summary>
internal static class SampleClips
{
    /// <summary>The rate at which samples play.</summary>
    public const double FrameRateHz = 8;

    /// <summary>The places of at most <paramref name="count"/> clips, evenly spread over the set and so over its classes; always the same.</summary>
    public static IEnumerable<int> Spread(ClipDataset clips, int count) =>
        Enumerable.Range(0, Math.Min(count, clips.Count)).Select(i => (int)(((2L * i) + 1) * clips.Count / (2L * Math.Min(count, clips.Count))));
}
