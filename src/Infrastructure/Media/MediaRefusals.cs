namespace Magvit.Infrastructure.Media;

/// <summary>The sentences that refuse a file: what is wrong with it, and what to do.</summary>
internal static class MediaRefusals
{
    public static MediaException NotAVideo() =>
        new("This is not a video or picture that can be read; choose an mp4, mov, webm, mkv, avi, gif, png, jpeg or webp file.");

    public static MediaException SoundOnly() =>
        new("This file has sound but no pictures; choose a video file.");

    public static MediaException CutOff() =>
        new("This file is cut off: what is left of it cannot be decoded; copy or upload it again from the original.");

    public static MediaException TooLarge() =>
        new("The picture is larger than 8K (8192 x 4320 pixels); scale the video down and upload it again.");

    public static MediaException TooLong() =>
        new("The video is longer than 20 minutes (or 72,000 frames); cut out the part you need and upload that.");

    public static MediaException TooMuchWork() =>
        new("The file takes too long or too much memory to decode; convert it to an ordinary mp4 (H.264) and upload that.");

    /// <summary>For a file whose container opens although no picture can be found in it.</summary>
    public static MediaException NoPictureSize(string path) => LooksLikeAnimatedWebp(path) ? AnimatedWebp() : CutOff();

    /// <summary>Turns a failed probe into the sentence for its cause.</summary>
    public static Exception FromProbe(string path, FfmpegException exception) => exception switch
    {
        { Failure: FfmpegFailure.Missing } => exception,
        { Failure: FfmpegFailure.TimedOut or FfmpegFailure.OutputTooLarge } => TooMuchWork(),
        _ when exception.Says("max pixel count") || exception.Says("Picture size") => TooLarge(),
        _ when StartsLikeMedia(path) => CutOff(),
        _ => NotAVideo(),
    };

    /// <summary>Turns a failed decoding of a file whose probe succeeded into the sentence for its cause.</summary>
    public static Exception FromDecoding(string path, FfmpegException exception) => exception switch
    {
        { Failure: FfmpegFailure.Missing } => exception,
        { Failure: FfmpegFailure.TimedOut or FfmpegFailure.OutputTooLarge } => TooMuchWork(),
        _ when exception.Says("max pixel count") => TooLarge(),
        _ when exception.Says("Cannot allocate memory") => TooMuchWork(),
        _ when LooksLikeAnimatedWebp(path) => AnimatedWebp(),
        _ => CutOff(),
    };

    private static MediaException AnimatedWebp() =>
        new("Animated webp files cannot be read yet; convert it to mp4, gif or webm and upload that.");

    /// <summary>Whether the first bytes are those of a container that we read: a broken video rather than something else.</summary>
    private static bool StartsLikeMedia(string path)
    {
        var head = ReadHead(path);
        return head.Length >= 12
            && (head.AsSpan(4, 4).SequenceEqual("ftyp"u8)
                || head.AsSpan(4, 4).SequenceEqual("moov"u8)
                || head.AsSpan(4, 4).SequenceEqual("mdat"u8)
                || head.AsSpan(0, 4).SequenceEqual((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3])
                || head.AsSpan(0, 4).SequenceEqual("RIFF"u8)
                || head.AsSpan(0, 4).SequenceEqual("GIF8"u8)
                || head.AsSpan(0, 4).SequenceEqual((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47])
                || head.AsSpan(0, 3).SequenceEqual((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]));
    }

    private static bool LooksLikeAnimatedWebp(string path)
    {
        var head = ReadHead(path);
        return head.Length >= 21 && head.AsSpan(8, 8).SequenceEqual("WEBPVP8X"u8) && (head[20] & 0x02) != 0;
    }

    private static byte[] ReadHead(string path)
    {
        using var file = File.OpenRead(path);
        var head = new byte[32];
        return head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }
}
