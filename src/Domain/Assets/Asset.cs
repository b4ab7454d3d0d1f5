namespace Magvit.Domain.Assets;

/// <summary>A piece of media in a workspace, uploaded or generated; its bytes lie in the artifact store.</summary>
public sealed class Asset
{
    private readonly List<string> _notes = [];

    private Asset()
    {
    }

    /// <summary>The asset's id, a UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The workspace that owns it.</summary>
    public Guid WorkspaceId { get; private init; }

    /// <summary>What it is to its users.</summary>
    public AssetKind Kind { get; private init; }

    /// <summary>The name that people see, at most 200 characters.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The original bytes.</summary>
    public ContentHash Sha256 { get; private init; } = null!;

    /// <summary>A copy that every browser plays: H.264 in MP4, constant rate, upright, no sound.</summary>
    public ContentHash ProxySha256 { get; private init; } = null!;

    /// <summary>The first frame as PNG.</summary>
    public ContentHash PosterSha256 { get; private init; } = null!;

    /// <summary>The filmstrip: a PNG of up to 64 evenly spaced frames side by side, 96 pixels high.</summary>
    public ContentHash SheetSha256 { get; private init; } = null!;

    /// <summary>The number of frames of the browser copy.</summary>
    public int Frames { get; private init; }

    /// <summary>The width in pixels, upright.</summary>
    public int Width { get; private init; }

    /// <summary>The height in pixels, upright.</summary>
    public int Height { get; private init; }

    /// <summary>Frames per second.</summary>
    public double FrameRate { get; private init; }

    /// <summary>The size of the original in bytes.</summary>
    public long SizeBytes { get; private init; }

    /// <summary>What import changed, a sentence each ("Turned upright.", "Sound removed.").</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Who brought it in.</summary>
    public Guid CreatedBy { get; private init; }

    /// <summary>When it came in.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>Makes the asset for media that were imported into the artifact store.</summary>
    /// <param name="workspaceId">The workspace that will own it.</param>
    /// <param name="media">What the importer found and stored.</param>
    /// <param name="createdBy">The user who brought it in.</param>
    /// <param name="now">The time.</param>
    /// <returns>The new asset.</returns>
    public static Asset Create(Guid workspaceId, ImportedMedia media, Guid createdBy, DateTimeOffset now)
    {
        var asset = new Asset
        {
            Id = Guid.CreateVersion7(now),
            WorkspaceId = workspaceId,
            Kind = media.Kind,
            Name = Shorten(media.Name),
            Sha256 = media.Sha256,
            ProxySha256 = media.ProxySha256,
            PosterSha256 = media.PosterSha256,
            SheetSha256 = media.SheetSha256,
            Frames = media.Frames,
            Width = media.Width,
            Height = media.Height,
            FrameRate = media.FrameRate,
            SizeBytes = media.SizeBytes,
            CreatedBy = createdBy,
            CreatedAt = now,
        };
        asset._notes.AddRange(media.Notes);
        return asset;
    }

    /// <summary>Gives it another name.</summary>
    /// <param name="name">The new name; cut to 200 characters.</param>
    public void Rename(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = Shorten(name);
    }

    private static string Shorten(string name) => name.Trim() is { Length: > 200 } longName ? longName[..200] : name.Trim();
}
