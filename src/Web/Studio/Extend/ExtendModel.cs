namespace Magvit.Web.Studio.Extend;

/// <summary>The size of a model's clips and of the cells that it fills at once.</summary>
public sealed record ExtendModel(int Frames, int Height, int Width, int CellFrames, int CellHeight, int CellWidth);
