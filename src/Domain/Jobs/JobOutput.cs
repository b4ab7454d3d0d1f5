using Magvit.Domain.Assets;

namespace Magvit.Domain.Jobs;

/// <summary>Something that a job made.</summary>
/// <param name="Index">Which of the job's outputs, from 0.</param>
/// <param name="AssetId">The media.</param>
/// <param name="GalleryItemId">Its place in the gallery, if it has one.</param>
/// <param name="StepsSha256">Its decoding steps in the artifact store (<see cref="Decoding.DecodingHistoryFile"/>), if they were kept.</param>
public sealed record JobOutput(int Index, Guid AssetId, Guid? GalleryItemId, ContentHash? StepsSha256 = null);
