namespace Magvit.Domain.Gallery;

/// <summary>The gallery items of all workspaces.</summary>
public interface IGalleryRepository
{
    /// <summary>Loads an item, changes it and stores it.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="itemId">The item, on show or in the bin.</param>
    /// <param name="change">The change; may throw, then nothing is stored.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Whether that workspace has such an item.</returns>
    Task<bool> ChangeAsync(Guid workspaceId, Guid itemId, Action<GalleryItem> change, CancellationToken cancellationToken);
}
