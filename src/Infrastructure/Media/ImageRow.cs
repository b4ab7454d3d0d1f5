using System.Globalization;

namespace Magvit.Infrastructure.Media;

/// <summary>Several still images that become the frames of one clip, all in the size of the first.</summary>
internal sealed class ImageRow
{
    private const int MaxLongSide = 1920;

    /// <summary>How many are decoded in one run: each takes a picture's memory.</summary>
    private const int PicturesPerRun = 16;

    private readonly IReadOnlyList<(string Path, MediaFacts Facts)> _pictures;
    private readonly int _width;
    private readonly int _height;

    private readonly double _rateHz;

    private ImageRow(IReadOnlyList<(string Path, MediaFacts Facts)> pictures, double rateHz, int width, int height, IReadOnlyList<string> notes)
    {
        _pictures = pictures;
        _rateHz = rateHz;
        _width = width;
        _height = height;
        Notes = notes;
    }

    /// <summary>How the images were put together, in words.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Looks at all images before any is decoded.</summary>
    /// <exception cref="MediaException">One of the files is not a still image, or <paramref name="check"/> refuses it.</exception>
    public static async Task<ImageRow> ReadFactsAsync(
        IReadOnlyList<string> files, double rateHz, Action<MediaFacts> check, CancellationToken cancellationToken)
    {
        var all = new MediaFacts[files.Count];
        var refusals = new MediaException?[files.Count];
        var several = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, files.Count, several, async (i, token) =>
        {
            try
            {
                all[i] = await MediaProbe.ReadAsync(files[i], token);
                check(all[i]);
                refusals[i] = all[i].IsStillImage ? null : new MediaException("It is not a still image; upload videos one by one, or pictures alone.");
            }
            catch (MediaException exception)
            {
                refusals[i] = exception;
            }
        });
        if (Array.FindIndex(refusals, refusal => refusal is not null) is >= 0 and var first)
        {
            throw new MediaException($"File {first + 1} of {files.Count}: {refusals[first]!.Message}", refusals[first]!);
        }

        var (width, height) = (all[0].DisplayWidth, all[0].DisplayHeight);
        var scale = Math.Min(1, (double)MaxLongSide / Math.Max(width, height));
        (width, height) = (Math.Max(1, (int)(width * scale)), Math.Max(1, (int)(height * scale)));
        var notes = new List<string> { string.Create(CultureInfo.InvariantCulture, $"Put {files.Count} pictures in a row, {rateHz:0.##} a second.") };
        var others = all.Count(facts => (facts.DisplayWidth, facts.DisplayHeight) != (all[0].DisplayWidth, all[0].DisplayHeight));
        if (others > 0)
        {
            notes.Add($"{others} of the pictures had another size than the first and were scaled and cut to {width}x{height}.");
        }

        return new ImageRow([.. files.Zip(all)], rateHz, width, height, notes);
    }

    /// <summary>Writes the images, one after the other, as a lossless clip.</summary>
    public async Task WriteClipAsync(string path, CancellationToken cancellationToken)
    {
        var command = new FfmpegCommand
        {
            Program = "ffmpeg",
            Arguments =
            [
                "-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", $"{_width}x{_height}",
                "-framerate", _rateHz.ToString("0.######", CultureInfo.InvariantCulture), "-i", "pipe:0",
                "-pix_fmt", "gbrp", "-c:v", "ffv1", "-level", "3", "-fflags", "+bitexact", "-f", "matroska", "file:" + path,
            ],
            TimeLimit = TimeSpan.FromMinutes(20),
            WriteInput = WriteFramesAsync,
        };
        await FfmpegProcess.RunAsync(command, cancellationToken);
    }

    private async Task WriteFramesAsync(Stream input, CancellationToken cancellationToken)
    {
        foreach (var pictures in _pictures.Chunk(PicturesPerRun))
        {
            if (await VideoReader.ReadPicturesAsync(pictures, _width, _height, cancellationToken) is { } rgb)
            {
                await input.WriteAsync(rgb, cancellationToken);
                continue;
            }

            // One of them is damaged: each by itself says which, and what is left of it.
            foreach (var (path, facts) in pictures)
            {
                var frame = await VideoReader.ReadFramesAsync(path, facts, 0, 1, 1, _width, _height, FitMode.CentreCrop, cancellationToken);
                await input.WriteAsync(frame.Rgb, cancellationToken);
            }
        }
    }
}
