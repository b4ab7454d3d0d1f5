using Magvit.Infrastructure.Assets;
using Magvit.Web.Api;

namespace Magvit.Web.Studio.Extend;

/// <summary>What the editor needs to take over a frame of another clip.</summary>
/// <param name="Url">A video that browsers play.</param>
/// <param name="Name">What the frame is called.</param>
/// <param name="Frame">The frame, from 0.</param>
/// <param name="FrameRate">Frames per second of the clip.</param>
/// <param name="Width">Width of the clip in pixels.</param>
/// <param name="Height">Height of the clip in pixels.</param>
/// <param name="Role"><c>last</c>, <c>pin</c> or <c>mask</c>.</param>
public sealed record EditorFrameUse(string Url, string Name, int Frame, double FrameRate, int Width, int Height, string Role)
{
    internal static EditorFrameUse Of(FrameUse use, AssetSummary clip)
    {
        var frame = Math.Min(use.Frame, clip.Frames - 1);
        return new EditorFrameUse(
            AssetUrls.Proxy(clip.Id), $"{clip.Name}, frame {frame + 1}", frame, clip.FrameRate, clip.Width, clip.Height, use.Role.ToString().ToLowerInvariant());
    }
}
