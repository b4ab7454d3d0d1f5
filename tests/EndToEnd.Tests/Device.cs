namespace Magvit.EndToEnd.Tests;

/// <summary>What the Studio is used on.</summary>
public enum Device
{
    /// <summary>A window of 1280 x 860, with a mouse.</summary>
    Desktop,

    /// <summary>A screen of 360 x 740, with fingers.</summary>
    Phone,
}
