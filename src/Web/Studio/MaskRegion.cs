namespace Magvit.Web.Studio;

/// <summary>A rectangle of a frame that the model fills, in fractions of the frame's width and height.</summary>
internal readonly record struct MaskRegion(double X, double Y, double Width, double Height)
{
    public static readonly MaskRegion Whole = new(0, 0, 1, 1);
}
