namespace Magvit.Web.Studio;

/// <summary>A window of a clip.</summary>
/// <param name="Url">A video that browsers play, with a constant frame rate.</param>
/// <param name="Start">The first frame.</param>
/// <param name="Stride">Frames of the source from one to the next.</param>
/// <param name="Frames">Frames of the source.</param>
/// <param name="FrameRate">Frames per second of the source.</param>
/// <param name="SheetUrl">The filmstrip.</param>
/// <param name="SourceWidth">Width of the source in pixels.</param>
/// <param name="SourceHeight">Height of the source in pixels.</param>
public sealed record EditorClip(
    string Url, int Start, int Stride, int Frames, double FrameRate, string SheetUrl, int SourceWidth, int SourceHeight);
