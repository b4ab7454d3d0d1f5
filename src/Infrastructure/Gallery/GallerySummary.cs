using Magvit.Domain.Generation;
using Magvit.Infrastructure.Assets;

namespace Magvit.Infrastructure.Gallery;

/// <summary>A result as the grid shows it.</summary>
public sealed record GallerySummary
{
    public required Guid Id { get; init; }

    public required string Title { get; init; }

    /// <summary>The job that made it; <see langword="null"/> for an example that came with the platform.</summary>
    public required Guid? JobId { get; init; }

    public required AssetSummary Asset { get; init; }

    public required Recipe Recipe { get; init; }

    public required IReadOnlyList<Guid> ParentIds { get; init; }

    public required Guid CreatedBy { get; init; }

    public required string CreatedByName { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? DeletedAt { get; init; }
}
