using Magvit.Infrastructure.Assets;

namespace Magvit.Infrastructure.Gallery;

/// <summary>A result with what it was made from and what was made beside it.</summary>
/// <param name="Item">The result.</param>
/// <param name="Parents">The assets that it was made from, as far as they still exist.</param>
/// <param name="Siblings">The other results of the same job, oldest first.</param>
/// <param name="InputId">The asset that the recipe names as its input: a parent, else the newest of the workspace with the same content.</param>
/// <param name="MaskId">The asset that the recipe names as its mask.</param>
public sealed record GalleryDetails(
    GallerySummary Item, IReadOnlyList<AssetSummary> Parents, IReadOnlyList<GallerySummary> Siblings, Guid? InputId, Guid? MaskId);
