using Magvit.Domain.Models;

namespace Magvit.Web.Studio;

/// <summary>The size of a clip in pixels and of its token grid.</summary>
public sealed record EditorGeometry(int Frames, int Height, int Width, int TokenFrames, int TokenHeight, int TokenWidth)
{
    public static EditorGeometry Of(InstalledModel model) =>
        new(model.Frames, model.Height, model.Width, model.TokenGrid.Frames, model.TokenGrid.Height, model.TokenGrid.Width);
}
