using System.Globalization;

namespace Magvit.Infrastructure.Media;

/// <summary>What x265 makes of a clip within a number of bytes: the yardstick for a tokenizer whose tokens have as many.</summary>
/// <remarks>4:4:4 and full range, so that nothing is lost to the colour format; constant rate factors are searched in quarters for the finest that fits.</remarks>
public static class CodecYardstick
{
    private const int CrfSteps = 4;
    private const int WorstCrf = 51;

    // Network abstraction layer units from 32 on hold parameters and messages, not pictures (H.265, table 7-1).
    private const int FirstParameterUnit = 32;

    /// <summary>Encodes a clip as well as the bytes allow, and decodes it again.</summary>
    /// <param name="frames">The clip, at least 16 pixels a side.</param>
    /// <param name="budgetBytes">The most bytes that may be used.</param>
    /// <param name="mode">How the codec is tuned and what counts.</param>
    /// <param name="cancellationToken">Stops between runs of the encoder.</param>
    /// <exception cref="MediaException">ffmpeg is missing, or was built without libx265.</exception>
    public static async Task<CodecResult> EncodeAsync(VideoFrames frames, int budgetBytes, CodecMode mode, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(budgetBytes);
        try
        {
            // The stream shrinks with the factor, except for a few bytes here and there: bisection to the smallest factor that fits.
            var (low, high) = (0, WorstCrf * CrfSteps);
            byte[]? best = null;
            while (low < high)
            {
                var middle = (low + high) / 2;
                var stream = await CompressAsync(frames, middle, mode, cancellationToken);
                if (CountedBytes(stream, mode) <= budgetBytes)
                {
                    (high, best) = (middle, stream);
                }
                else
                {
                    low = middle + 1;
                }
            }

            best ??= await CompressAsync(frames, high, mode, cancellationToken);
            var bytes = CountedBytes(best, mode);
            return new CodecResult(await DecompressAsync(best, frames, cancellationToken), bytes, bytes <= budgetBytes);
        }
        catch (FfmpegException exception)
        {
            throw new MediaException("The codec yardstick could not be measured: " + exception.Message, exception);
        }
    }

    /// <summary>Bytes of a stream that count: all, or those of the units that hold pictures.</summary>
    internal static int CountedBytes(ReadOnlySpan<byte> stream, CodecMode mode)
    {
        if (mode == CodecMode.WholeStream)
        {
            return stream.Length;
        }

        ReadOnlySpan<byte> startCode = [0, 0, 1];
        var pictures = 0;
        for (var start = stream.IndexOf(startCode); start >= 0;)
        {
            var next = stream[(start + 3)..].IndexOf(startCode);
            var end = next < 0 ? stream.Length : start + 3 + next;
            if (((stream[start + 3] >> 1) & 63) < FirstParameterUnit)
            {
                pictures += end - start;
            }

            start = next < 0 ? -1 : end;
        }

        return pictures;
    }

    private static async Task<byte[]> CompressAsync(VideoFrames frames, int step, CodecMode mode, CancellationToken cancellationToken)
    {
        var crf = ((double)step / CrfSteps).ToString("0.##", CultureInfo.InvariantCulture);
        string[] tune = mode == CodecMode.PicturesAlone ? ["-tune", "psnr"] : [];
        return (await FfmpegProcess.RunAsync(
            new FfmpegCommand
            {
                Program = "ffmpeg",
                Arguments =
                [
                    "-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", $"{frames.Width}x{frames.Height}",
                    "-framerate", frames.FrameRateHz.ToString("0.######", CultureInfo.InvariantCulture), "-i", "pipe:0",
                    "-vf", "scale=out_color_matrix=bt709:out_range=pc:flags=bicubic+accurate_rnd+full_chroma_int,format=yuv444p",
                    "-c:v", "libx265", "-preset", "veryslow", .. tune,
                    "-x265-params", $"crf={crf}:info=0:log-level=none:pools=none:frame-threads=1:range=full:colormatrix=bt709", "-f", "hevc", "pipe:1",
                ],
                WriteInput = async (input, token) => await input.WriteAsync(frames.Rgb, token),
            },
            cancellationToken)).Output;
    }

    private static async Task<VideoFrames> DecompressAsync(byte[] stream, VideoFrames original, CancellationToken cancellationToken)
    {
        var rgb = (await FfmpegProcess.RunAsync(
            new FfmpegCommand
            {
                Program = "ffmpeg",
                Arguments =
                [
                    "-f", "hevc", "-i", "pipe:0",
                    "-vf", "scale=in_color_matrix=bt709:in_range=pc:flags=bicubic+accurate_rnd+full_chroma_int", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1",
                ],
                WriteInput = async (input, token) => await input.WriteAsync(stream, token),
            },
            cancellationToken)).Output;
        return rgb.Length == original.Rgb.Length
            ? original with { Rgb = rgb, Notes = [] }
            : throw new MediaException($"The codec yardstick could not be measured: {original.Count} frames went in, {(double)rgb.Length / original.FrameBytes:0.##} came out.");
    }
}
