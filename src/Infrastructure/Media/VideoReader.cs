using System.Globalization;

namespace Magvit.Infrastructure.Media;

/// <summary>Decodes any video or image file to RGB frames of one size.</summary>
public static class VideoReader
{
    private const long MaxDecodedBytes = 1L << 30;

    /// <summary>Reads <paramref name="count"/> frames, the first at <paramref name="start"/> and then every <paramref name="stride"/>-th.</summary>
    /// <remarks>Frames are counted as they are stored, whatever their times. A clip that ends early repeats its last frame, and a note says so.</remarks>
    /// <exception cref="MediaException">The file cannot be decoded, or ends before <paramref name="start"/>.</exception>
    public static async Task<VideoFrames> ReadFramesAsync(
        string path, int start, int count, int stride, int width, int height, FitMode fit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        CheckSize(width, height);
        var facts = await MediaProbe.ReadAsync(path, cancellationToken);
        return await ReadFramesAsync(path, facts, start, count, stride, width, height, fit, cancellationToken);
    }

    /// <summary>The same for a file whose facts are known: every process less is a quarter of a second.</summary>
    internal static async Task<VideoFrames> ReadFramesAsync(
        string path, MediaFacts facts, int start, int count, int stride, int width, int height, FitMode fit, CancellationToken cancellationToken)
    {
        var filter = $"{VideoFilters.Select(start, stride)},{VideoFilters.Fit(facts, width, height, fit)}";
        var rgb = await DecodeAsync(path, filter, count, width * height * 3, cancellationToken);
        var decoded = rgb.Length / (width * height * 3);
        if (decoded == 0)
        {
            throw start > 0
                ? new MediaException($"The clip ends before frame {start}; choose an earlier first frame.")
                : MediaRefusals.FromDecoding(path, new FfmpegException(FfmpegFailure.Failed, "no frames", []));
        }

        var notes = DescribeFit(facts, width, height, fit);
        if (decoded < count)
        {
            notes.Add(decoded == 1
                ? $"One frame was there; it was repeated to make {count}."
                : $"{decoded} frames were there; the last was repeated to make {count}.");
            rgb = RepeatLast(rgb, decoded, count);
        }

        return new VideoFrames(rgb, count, height, width, Rate(facts) / stride, notes);
    }

    /// <summary>Reads every frame of a clip.</summary>
    /// <exception cref="MediaException">The file cannot be decoded, or would take more than 1 GiB at this size.</exception>
    public static async Task<VideoFrames> ReadAllFramesAsync(
        string path, int width, int height, FitMode fit, CancellationToken cancellationToken)
    {
        CheckSize(width, height);
        var facts = await MediaProbe.ReadAsync(path, cancellationToken);
        var frameBytes = width * height * 3;
        var rgb = await DecodeAsync(path, VideoFilters.Fit(facts, width, height, fit), MediaLimits.MaxFrames, frameBytes, cancellationToken);
        return rgb.Length >= frameBytes
            ? new VideoFrames(rgb, rgb.Length / frameBytes, height, width, Rate(facts), DescribeFit(facts, width, height, fit))
            : throw MediaRefusals.FromDecoding(path, new FfmpegException(FfmpegFailure.Failed, "no frames", []));
    }

    /// <summary>Reads still images, all in one run and in one size.</summary>
    /// <returns>Their pixels one after the other; <see langword="null"/> when not every file gave a picture.</returns>
    internal static async Task<byte[]?> ReadPicturesAsync(
        IReadOnlyList<(string Path, MediaFacts Facts)> pictures, int width, int height, CancellationToken cancellationToken)
    {
        CheckSize(width, height);
        var branches = pictures.Select((picture, i) => $"[{i}:V:0]{VideoFilters.Fit(picture.Facts, width, height, FitMode.CentreCrop)}[p{i}]");
        var row = string.Concat(Enumerable.Range(0, pictures.Count).Select(i => $"[p{i}]")) + $"concat=n={pictures.Count}[row]";
        var size = (long)pictures.Count * width * height * 3;
        var command = new FfmpegCommand
        {
            Program = "ffmpeg",
            Arguments =
            [
                .. pictures.SelectMany(picture => FfmpegCommand.InputOptions(picture.Path)),
                "-filter_complex", string.Join(';', branches.Append(row)), "-map", "[row]", "-fps_mode", "passthrough",
                "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1",
            ],
            MaxOutputBytes = size,
        };
        try
        {
            var rgb = (await FfmpegProcess.RunAsync(command, cancellationToken)).Output;
            return rgb.Length == size ? rgb : null;
        }
        catch (FfmpegException)
        {
            return null;
        }
    }

    /// <summary>Reads the frames that a select filter picks.</summary>
    internal static async Task<VideoFrames> ReadSelectedAsync(
        string path, MediaFacts facts, string select, int maxCount, int width, int height, CancellationToken cancellationToken)
    {
        CheckSize(width, height);
        var filter = $"{select},{VideoFilters.Fit(facts, width, height, FitMode.CentreCrop)}";
        var frameBytes = width * height * 3;
        var rgb = await DecodeAsync(path, filter, maxCount, frameBytes, cancellationToken);
        return new VideoFrames(rgb, rgb.Length / frameBytes, height, width, Rate(facts), []);
    }

    private static async Task<byte[]> DecodeAsync(string path, string filter, int maxFrames, int frameBytes, CancellationToken cancellationToken)
    {
        var command = new FfmpegCommand
        {
            Program = "ffmpeg",
            Arguments =
            [
                .. FfmpegCommand.InputOptions(path),
                "-map", "0:V:0", "-vf", filter, "-fps_mode", "passthrough",
                "-frames:v", maxFrames.ToString(CultureInfo.InvariantCulture),
                "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1",
            ],
            MaxOutputBytes = Math.Min((long)maxFrames * frameBytes, MaxDecodedBytes - (MaxDecodedBytes % frameBytes)),
        };
        try
        {
            return (await FfmpegProcess.RunAsync(command, cancellationToken)).Output;
        }
        catch (FfmpegException exception)
        {
            throw MediaRefusals.FromDecoding(path, exception);
        }
    }

    private static byte[] RepeatLast(byte[] rgb, int decoded, int count)
    {
        var frameBytes = rgb.Length / decoded;
        var all = new byte[frameBytes * count];
        rgb.CopyTo(all, 0);
        for (var frame = decoded; frame < count; frame++)
        {
            rgb.AsSpan((decoded - 1) * frameBytes, frameBytes).CopyTo(all.AsSpan(frame * frameBytes));
        }

        return all;
    }

    private static List<string> DescribeFit(MediaFacts facts, int width, int height, FitMode fit)
    {
        var notes = new List<string>();
        var (w, h) = (facts.DisplayWidth, facts.DisplayHeight);
        if (w == width && h == height)
        {
            return notes;
        }

        var sameShape = Math.Abs((w * height) - (h * width)) <= Math.Max(w, h);
        var wider = (long)w * height > (long)h * width;
        notes.Add((sameShape, fit) switch
        {
            (true, _) => $"Scaled from {w}x{h} to {width}x{height}.",
            (_, FitMode.CentreCrop) => $"Scaled from {w}x{h} and cut {(wider ? "left and right" : "above and below")} to {width}x{height}.",
            _ => $"Scaled from {w}x{h} and filled up {(wider ? "above and below" : "left and right")} to {width}x{height}.",
        });
        return notes;
    }

    private static double Rate(MediaFacts facts) => facts.IsStillImage || facts.FrameRateHz <= 0 ? ProxyPlan.ImageRateHz : facts.FrameRateHz;

    private static void CheckSize(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, MediaLimits.MaxSide);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, MediaLimits.MaxSide);
    }
}
