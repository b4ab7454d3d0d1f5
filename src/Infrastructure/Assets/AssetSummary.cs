using Magvit.Domain.Assets;

namespace Magvit.Infrastructure.Assets;

/// <summary>An asset as pages show it; see <see cref="Asset"/> for the meaning of each value.</summary>
public sealed record AssetSummary
{
    public required Guid Id { get; init; }

    public required AssetKind Kind { get; init; }

    public required string Name { get; init; }

    public required ContentHash Sha256 { get; init; }

    public required ContentHash ProxySha256 { get; init; }

    public required ContentHash PosterSha256 { get; init; }

    public required ContentHash SheetSha256 { get; init; }

    public required int Frames { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required double FrameRate { get; init; }

    public required long SizeBytes { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public required Guid CreatedBy { get; init; }

    public required string CreatedByName { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
