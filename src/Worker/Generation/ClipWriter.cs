using Magvit.Infrastructure.Media;

namespace Magvit.Worker.Generation;

/// <summary>Writes a clip in the format that the file's name asks for, with its recipe inside.</summary>
internal static class ClipWriter
{
    /// <exception cref="ArgumentException">The name ends in no format that we write.</exception>
    public static Task WriteAsync(VideoFrames frames, string path, string? recipe, CancellationToken cancellationToken) =>
        Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".mp4" => VideoWriter.WriteMp4Async(frames, path, recipe, cancellationToken),
            ".webm" => VideoWriter.WriteWebmAsync(frames, path, recipe, cancellationToken),
            ".gif" => VideoWriter.WriteGifAsync(frames, path, recipe, cancellationToken),
            ".png" => VideoWriter.WritePngSheetAsync(frames, path, recipe, cancellationToken),
            var other => throw new ArgumentException($"output: {other} is not written; use .mp4, .webm, .gif or .png"),
        };
}
