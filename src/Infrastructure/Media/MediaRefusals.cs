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
    public static MediaException NoPictureSize(string path, FfmpegResult probe)
    {
        var isTooLarge = probe.ErrorLines.Any(line => line.Contains("Picture size", StringComparison.Ordinal));
        return isTooLarge ? TooLarge() : MediaSignature.Read(path).IsAnimatedWebp ? AnimatedWebp() : CutOff();
    }

    /// <summary>Turns a failed probe into the sentence for its cause.</summary>
    public static Exception FromProbe(string path, FfmpegException exception) => exception switch
    {
        { Failure: FfmpegFailure.Missing } => exception,
        { Failure: FfmpegFailure.TimedOut or FfmpegFailure.OutputTooLarge } => TooMuchWork(),
        _ when exception.Says("max pixel count") || exception.Says("Picture size") => TooLarge(),
        _ when MediaSignature.Read(path) is { IsMedia: true } => CutOff(),
        _ => NotAVideo(),
    };

    /// <summary>Turns a failed decoding of a file whose probe succeeded into the sentence for its cause.</summary>
    public static Exception FromDecoding(string path, FfmpegException exception) => exception switch
    {
        { Failure: FfmpegFailure.Missing } => exception,
        { Failure: FfmpegFailure.TimedOut or FfmpegFailure.OutputTooLarge } => TooMuchWork(),
        _ when exception.Says("max pixel count") => TooLarge(),
        _ when exception.Says("Cannot allocate memory") => TooMuchWork(),
        _ when MediaSignature.Read(path) is { IsAnimatedWebp: true } => AnimatedWebp(),
        _ => CutOff(),
    };

    private static MediaException AnimatedWebp() =>
        new("Animated webp files cannot be read yet; convert it to mp4, gif or webm and upload that.");
}
