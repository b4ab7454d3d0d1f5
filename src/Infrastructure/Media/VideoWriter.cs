using System.Globalization;

namespace Magvit.Infrastructure.Media;

/// <summary>Writes frames as a file that people can share, with the recipe inside it.</summary>
/// <remarks>A file appears under its name only when it is whole; a failed or cancelled write leaves nothing behind.</remarks>
public static class VideoWriter
{
    /// <summary>BT.709, said in the stream, so that every player shows the same colours.</summary>
    private const string ToYuv = "pad=ceil(iw/2)*2:ceil(ih/2)*2,scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_inp,format=yuv420p";

    private static readonly string[] ColourTags = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"];

    /// <summary>H.264 in mp4 (4:2:0, index in front), which everything plays; exactly the frames given.</summary>
    public static Task WriteMp4Async(VideoFrames frames, string path, string? recipeJson, CancellationToken cancellationToken) =>
        EncodeAsync(
            frames, path,
            [
                "-vf", ToYuv, "-c:v", "libx264", "-preset", "medium", "-crf", "14", .. ColourTags, .. Tag(recipeJson),
                "-movflags", "+faststart+use_metadata_tags", "-f", "mp4",
            ],
            cancellationToken);

    /// <summary>VP9 in webm.</summary>
    public static Task WriteWebmAsync(VideoFrames frames, string path, string? recipeJson, CancellationToken cancellationToken) =>
        EncodeAsync(
            frames, path,
            [
                "-vf", ToYuv, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "6", "-crf", "18", "-b:v", "0",
                .. ColourTags, .. Tag(recipeJson), "-f", "webm",
            ],
            cancellationToken);

    /// <summary>An endless GIF with a palette of its own. GIF times count in hundredths of a second, so the rate is approximate.</summary>
    public static async Task WriteGifAsync(VideoFrames frames, string path, string? recipeJson, CancellationToken cancellationToken)
    {
        var gif = await RunAsync(
            Command(
                frames,
                [
                    "-filter_complex", "split[a][b];[a]palettegen=stats_mode=full[p];[b][p]paletteuse=dither=bayer:bayer_scale=3",
                    "-loop", "0", "-f", "gif", "pipe:1",
                ]),
            cancellationToken);
        await WriteWholeAsync(path, recipeJson is null ? gif : RecipeMetadata.AddToGif(gif, recipeJson), cancellationToken);
    }

    /// <summary>All frames side by side in one PNG.</summary>
    public static Task WritePngSheetAsync(VideoFrames frames, string path, string? recipeJson, CancellationToken cancellationToken) =>
        WriteWholeAsync(path, PngEncoder.EncodeSheet(frames, recipeJson), cancellationToken);

    /// <summary>The same pictures, bit for bit, in an mp4 that says nothing of how they were made.</summary>
    public static async Task CopyWithoutTagsAsync(string source, string path, CancellationToken cancellationToken)
    {
        var temporary = TemporaryName(path);
        try
        {
            await RunAsync(
                new FfmpegCommand
                {
                    Program = "ffmpeg",
                    Arguments =
                    [
                        .. FfmpegCommand.InputOptions(source), "-map", "0:v", "-c", "copy", "-map_metadata", "-1", "-map_metadata:s:v", "-1",
                        "-fflags", "+bitexact", "-movflags", "+faststart", "-f", "mp4", "file:" + temporary,
                    ],
                },
                cancellationToken);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task EncodeAsync(VideoFrames frames, string path, string[] output, CancellationToken cancellationToken)
    {
        var temporary = TemporaryName(path);
        try
        {
            await RunAsync(Command(frames, [.. output, "file:" + temporary]), cancellationToken);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task<byte[]> RunAsync(FfmpegCommand command, CancellationToken cancellationToken)
    {
        try
        {
            return (await FfmpegProcess.RunAsync(command, cancellationToken)).Output;
        }
        catch (FfmpegException exception)
        {
            throw new MediaException("The clip could not be written: " + exception.Message, exception);
        }
    }

    private static async Task WriteWholeAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        var temporary = TemporaryName(path);
        try
        {
            await File.WriteAllBytesAsync(temporary, content, cancellationToken);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static FfmpegCommand Command(VideoFrames frames, string[] output) => new()
    {
        Program = "ffmpeg",
        Arguments =
        [
            "-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", $"{frames.Width}x{frames.Height}",
            "-framerate", frames.FrameRateHz.ToString("0.######", CultureInfo.InvariantCulture), "-i", "pipe:0",
            .. output,
        ],
        WriteInput = async (input, token) => await input.WriteAsync(frames.Rgb, token),
    };

    private static string[] Tag(string? recipeJson) => recipeJson is null ? [] : ["-metadata", $"{RecipeMetadata.Key}={recipeJson}"];

    private static string TemporaryName(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return Directory.Exists(folder)
            ? Path.Combine(folder, $".{Guid.NewGuid():N}.part")
            : throw new MediaException($"The folder {folder} does not exist; create it first.");
    }
}
