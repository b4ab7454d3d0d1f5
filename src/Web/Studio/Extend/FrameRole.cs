namespace Magvit.Web.Studio.Extend;

/// <summary>What a frame of another clip becomes in the editor.</summary>
public enum FrameRole
{
    /// <summary>The last frame, which is kept.</summary>
    Last,

    /// <summary>The frame that the editor shows, which is kept.</summary>
    Pin,

    /// <summary>The mask: where it is light, the model generates.</summary>
    Mask,
}
