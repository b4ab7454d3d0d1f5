namespace Magvit.Infrastructure.Media;

/// <summary>A clip after encoding and decoding.</summary>
/// <param name="Frames">What came out.</param>
/// <param name="Bytes">The bytes that counted.</param>
/// <param name="Fits">Whether they are within the budget; a clip can be too rich even for the worst quality.</param>
public sealed record CodecResult(VideoFrames Frames, int Bytes, bool Fits);
