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

        byte[] json;
        try
        {
            json = await FfmpegProcess.RunAsync(Command(path), cancellationToken);
        }
        catch (FfmpegException exception)
        {
            throw MediaRefusals.FromProbe(path, exception);
        }

        using var document = JsonDocument.Parse(json);
        return ReadFacts(document.RootElement, path);
    }

    private static FfmpegCommand Command(string path) => new()
    {
        Program = "ffprobe",
        Arguments = ["-print_format", "json", "-show_format", "-show_streams", .. FfmpegCommand.InputOptions(path)],
        TimeLimit = TimeSpan.FromSeconds(30),
        MaxOutputBytes = 4 << 20,
    };

    private static MediaFacts ReadFacts(JsonElement root, string path)
    {
        var streams = root.TryGetProperty("streams", out var list) ? list.EnumerateArray().ToList() : [];
        var video = streams.FirstOrDefault(IsPictures);
        if (video.ValueKind == JsonValueKind.Undefined)
        {
            throw streams.Exists(stream => Text(stream, "codec_type") == "audio") ? MediaRefusals.SoundOnly() : MediaRefusals.NotAVideo();
        }

        var format = root.GetProperty("format");
        var facts = new MediaFacts
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
        return facts.CodedWidth > 0 && facts.CodedHeight > 0 ? facts : throw MediaRefusals.NoPictureSize(path);
    }

    private static bool IsPictures(JsonElement stream) =>
        Text(stream, "codec_type") == "video"
        && !(stream.TryGetProperty("disposition", out var disposition) && Integer(disposition, "attached_pic") == 1);

    private static int Rotation(JsonElement video)
    {
        if (!video.TryGetProperty("side_data_list", out var sideData))
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
