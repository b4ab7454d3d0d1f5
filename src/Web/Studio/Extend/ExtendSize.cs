namespace Magvit.Web.Studio.Extend;

/// <summary>A planned result: its length, its canvas, and what of both the clip gives.</summary>
public sealed record ExtendSize(int Frames, int Given, int Overlap, int Width, int Height, int Left, int Top, int ClipWidth, int ClipHeight);
