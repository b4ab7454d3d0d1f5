using Magvit.Domain.Assets;
using Magvit.Domain.Gallery;

namespace Magvit.Domain.Jobs;

/// <summary>Something a job made: the media and, if people shall see it there, its gallery item.</summary>
/// <param name="Asset">The media; the bytes are in the artifact store already.</param>
/// <param name="GalleryItem">The gallery item, or <see langword="null"/>.</param>
/// <param name="Steps">Its decoding steps in the artifact store, or <see langword="null"/>.</param>
public sealed record JobResult(Asset Asset, GalleryItem? GalleryItem, ContentHash? Steps = null);
