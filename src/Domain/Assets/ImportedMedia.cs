namespace Magvit.Domain.Assets;

/// <summary>What an import found and put into the artifact store; see <see cref="Asset"/> for the meaning of each value.</summary>
public sealed record ImportedMedia
{
    /// <summary>What it is: video or image from an upload; the caller may say generated or mask.</summary>
    public required AssetKind Kind { get; init; }

    /// <summary>The name that people see.</summary>
    public required string Name { get; init; }

    /// <summary>The original bytes.</summary>
    public required ContentHash Sha256 { get; init; }

    /// <summary>The copy for browsers.</summary>
    public required ContentHash ProxySha256 { get; init; }

    /// <summary>The first frame as PNG.</summary>
    public required ContentHash PosterSha256 { get; init; }

    /// <summary>The filmstrip as PNG.</summary>
    public required ContentHash SheetSha256 { get; init; }

    /// <summary>The number of frames.</summary>
    public required int Frames { get; init; }

    /// <summary>The width in pixels, upright.</summary>
    public required int Width { get; init; }

    /// <summary>The height in pixels, upright.</summary>
    public required int Height { get; init; }

    /// <summary>Frames per second.</summary>
    public required double FrameRate { get; init; }

    /// <summary>The size of the original in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>What import changed, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
