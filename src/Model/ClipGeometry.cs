namespace Magvit.Model;

/// <summary>The size of a clip in pixels and of its token grid (spec §1).</summary>
/// <param name="Frames">T, frames of a clip.</param>
/// <param name="Height">H, pixels.</param>
/// <param name="Width">W, pixels.</param>
/// <param name="LatentFrames">lt, token grid in time.</param>
/// <param name="LatentHeight">lh, token rows.</param>
/// <param name="LatentWidth">lw, token columns.</param>
public sealed record ClipGeometry(int Frames, int Height, int Width, int LatentFrames, int LatentHeight, int LatentWidth)
{
    /// <summary>The tokens that describe their part of a clip together; a single one, unless the tokenizer says otherwise (<see cref="Tokenizer.TokenizerConfig.LinearBlock"/>).</summary>
    public TokenBlock Described { get; init; } = TokenBlock.One;

    /// <summary>N = lt * lh * lw, visual tokens of a clip, in row-major order over (t, h, w).</summary>
    public int TokenCount => LatentFrames * LatentHeight * LatentWidth;

    /// <summary>Frames that one token covers.</summary>
    public int FramesPerToken => Frames / LatentFrames;

    /// <summary>Pixel rows that one token covers.</summary>
    public int RowsPerToken => Height / LatentHeight;

    /// <summary>Pixel columns that one token covers.</summary>
    public int ColumnsPerToken => Width / LatentWidth;
}
