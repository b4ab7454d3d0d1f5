using System.Globalization;

namespace Magvit.Infrastructure.Media;

/// <summary>Several still images that become the frames of one clip, all in the size of the first.</summary>
internal sealed class ImageRow
{
    private const int MaxLongSide = 1920;

    private readonly IReadOnlyList<string> _files;
    private readonly int _width;
    private readonly int _height;

    private readonly double _rateHz;

    private ImageRow(IReadOnlyList<string> files, double rateHz, int width, int height, IReadOnlyList<string> notes)
    {
        _files = files;
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
        var all = new List<MediaFacts>(files.Count);
        for (var i = 0; i < files.Count; i++)
        {
            try
            {
                var facts = await MediaProbe.ReadAsync(files[i], cancellationToken);
                check(facts);
                all.Add(facts.IsStillImage
                    ? facts
                    : throw new MediaException("It is not a still image; upload videos one by one, or pictures alone."));
            }
            catch (MediaException exception)
            {
                throw new MediaException($"File {i + 1} of {files.Count}: {exception.Message}", exception);
            }
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

        return new ImageRow(files, rateHz, width, height, notes);
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
        foreach (var file in _files)
        {
            var frame = await VideoReader.ReadFramesAsync(file, 0, 1, 1, _width, _height, FitMode.CentreCrop, cancellationToken);
            await input.WriteAsync(frame.Rgb, cancellationToken);
        }
    }
}
