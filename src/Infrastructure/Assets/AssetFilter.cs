using Magvit.Domain.Assets;

namespace Magvit.Infrastructure.Assets;

/// <summary>Which assets to list.</summary>
public sealed record AssetFilter
{
    /// <summary>Only these kinds; empty: all.</summary>
    public IReadOnlyList<AssetKind> Kinds { get; init; } = [];
}
