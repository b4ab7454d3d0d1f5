namespace Magvit.Infrastructure.Media;

/// <summary>What a successful run gave.</summary>
/// <param name="Output">The standard output.</param>
/// <param name="ErrorLines">Its last complaints; ffmpeg ends well after some errors, such as pictures that are too large.</param>
internal sealed record FfmpegResult(byte[] Output, IReadOnlyList<string> ErrorLines);
