namespace Magvit.Infrastructure.Media;

/// <summary>A run of ffmpeg or ffprobe gave no result.</summary>
internal sealed class FfmpegException(FfmpegFailure failure, string message, IReadOnlyList<string> errorLines, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The kind of failure.</summary>
    public FfmpegFailure Failure { get; } = failure;

    /// <summary>The last lines of the program's standard error.</summary>
    public IReadOnlyList<string> ErrorLines { get; } = errorLines;

    /// <summary>Whether the program said something that contains <paramref name="text"/>.</summary>
    public bool Says(string text) => ErrorLines.Any(line => line.Contains(text, StringComparison.OrdinalIgnoreCase));
}
