namespace Magvit.Web.Media;

/// <summary>What <c>js/player.js</c> needs to show a window of a clip.</summary>
public sealed record PlayerClip
{
    /// <summary>The address of a video that browsers play, with a constant frame rate.</summary>
    public required string Url { get; init; }

    /// <summary>The first frame of the window.</summary>
    public int Start { get; init; }

    /// <summary>How many frames the window shows.</summary>
    public required int Count { get; init; }

    /// <summary>Frames of the source from one shown frame to the next.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Frames of the source; past the end the last one is repeated, as the model sees it.</summary>
    public required int Frames { get; init; }

    /// <summary>Frames per second of the source.</summary>
    public required double FrameRate { get; init; }

    /// <summary>The width of the picture that is shown, in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>The height of the picture that is shown, in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Whether the source is cut to the shape of the picture around its centre.</summary>
    public bool Crop { get; init; }

    /// <summary>Whether it plays as soon as it is loaded.</summary>
    public bool Autoplay { get; init; } = true;
}
