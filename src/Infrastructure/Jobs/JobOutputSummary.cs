using Magvit.Domain.Assets;
using Magvit.Infrastructure.Assets;

namespace Magvit.Infrastructure.Jobs;

/// <summary>Something a job made.</summary>
public sealed record JobOutputSummary(int Index, AssetSummary Asset, Guid? GalleryItemId, ContentHash? StepsSha256 = null);
