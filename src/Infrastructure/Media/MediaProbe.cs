using System.Globalization;
using System.Text.Json;

namespace Magvit.Infrastructure.Media;

/// <summary>Asks ffprobe what a file holds, trusting its content and never its name.</summary>
public static class MediaProbe
{
    /// <summary>Reads the facts of the first picture stream.</summary>
    /// <exception cref="MediaException">The file holds no pictures that can be read; the message says why.</exception>
    public static async Task<MediaFacts> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new MediaException("The file does not exist.");
        }

        if (file.Length == 0)
        {
            throw new MediaException("The file is empty (zero bytes); upload it again.");
        }

        var answer = await RunAsync(path, ["-show_format", "-show_streams"], cancellationToken);
        using var document = JsonDocument.Parse(answer.Output);
        var facts = ReadFacts(document.RootElement);
        if (facts.CodedWidth <= 0 || facts.CodedHeight <= 0)
        {
            throw MediaRefusals.NoPictureSize(path, answer);
        }

        return facts.Format == "jpeg_pipe" ? facts with { RotationDegrees = await ReadExifRotationAsync(path, cancellationToken) } : facts;
    }

    private static async Task<FfmpegResult> RunAsync(string path, string[] show, CancellationToken cancellationToken)
    {
        var command = new FfmpegCommand
        {
            Program = "ffprobe",
            Arguments = ["-print_format", "json", .. show, .. FfmpegCommand.InputOptions(path)],
            TimeLimit = TimeSpan.FromSeconds(30),
            MaxOutputBytes = 4 << 20,
        };
        try
        {
            return await FfmpegProcess.RunAsync(command, cancellationToken);
        }
        catch (FfmpegException exception)
        {
            throw MediaRefusals.FromProbe(path, exception);
        }
    }

    /// <summary>Photographs carry their orientation in the picture, not in the container.</summary>
    private static async Task<int> ReadExifRotationAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await RunAsync(path, ["-show_frames", "-read_intervals", "%+#1"], cancellationToken);
        using var document = JsonDocument.Parse(answer.Output);
        return document.RootElement.TryGetProperty("frames", out var frames) && frames.GetArrayLength() > 0 ? Rotation(frames[0]) : 0;
    }

    private static MediaFacts ReadFacts(JsonElement root)
    {
        var streams = root.TryGetProperty("streams", out var list) ? list.EnumerateArray().ToList() : [];
        var video = streams.FirstOrDefault(IsPictures);
        if (video.ValueKind == JsonValueKind.Undefined)
        {
            throw streams.Exists(stream => Text(stream, "codec_type") == "audio") ? MediaRefusals.SoundOnly() : MediaRefusals.NotAVideo();
        }

        var format = root.GetProperty("format");
        return new MediaFacts
        {
            Format = Text(format, "format_name"),
            Codec = Text(video, "codec_name"),
            CodedWidth = Integer(video, "width") ?? 0,
            CodedHeight = Integer(video, "height") ?? 0,
            PixelAspect = Ratio(Text(video, "sample_aspect_ratio")) is > 0 and var aspect ? aspect : 1,
            RotationDegrees = Rotation(video),
            PixelFormat = Text(video, "pix_fmt"),
            FrameRateHz = Ratio(Text(video, "avg_frame_rate")) is > 0 and var average ? average : Ratio(Text(video, "r_frame_rate")),
            Duration = Seconds(video, "duration") ?? Seconds(format, "duration") ?? TimeSpan.Zero,
            DeclaredFrames = Integer(video, "nb_frames"),
            HasAudio = streams.Exists(stream => Text(stream, "codec_type") == "audio"),
        };
    }

    private static bool IsPictures(JsonElement stream) =>
        Text(stream, "codec_type") == "video"
        && !(stream.TryGetProperty("disposition", out var disposition) && Integer(disposition, "attached_pic") == 1);

    private static int Rotation(JsonElement pictures)
    {
        if (!pictures.TryGetProperty("side_data_list", out var sideData))
        {
            return 0;
        }

        foreach (var entry in sideData.EnumerateArray())
        {
            if (entry.TryGetProperty("rotation", out var rotation) && rotation.TryGetDouble(out var degrees))
            {
                var quarter = (int)Math.Round(degrees / 90) * 90;
                return ((quarter % 360) + 360) % 360;
            }
        }

        return 0;
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static int? Integer(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number
            ? value.TryGetInt32(out var number) ? number : null
            : int.TryParse(value.GetString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
    }

    private static TimeSpan? Seconds(JsonElement element, string name) =>
        double.TryParse(Text(element, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
        && seconds is > 0 and < 1e9
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static double Ratio(string text)
    {
        var parts = text.Split('/', ':');
        return parts.Length == 2
            && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var numerator)
            && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var denominator)
            && denominator != 0
                ? numerator / denominator
                : 0;
    }
}
