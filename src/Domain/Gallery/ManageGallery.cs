using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Gallery;

/// <summary>Renames, deletes and restores results. Owners and administrators may.</summary>
/// <param name="gallery">Keeps the items.</param>
/// <param name="time">The clock.</param>
public sealed class ManageGallery(IGalleryRepository gallery, TimeProvider time)
{
    /// <summary>Gives an item another name.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="itemId">The item.</param>
    /// <param name="title">The new name.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Whether the workspace has such an item.</returns>
    /// <exception cref="AccessDeniedException">The item is somebody else's.</exception>
    public Task<bool> RenameAsync(Actor actor, Guid itemId, string title, CancellationToken cancellationToken)
        => ChangeAsync(actor, itemId, item => item.Rename(title), cancellationToken);

    /// <summary>Puts an item in the bin.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="itemId">The item.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Whether the workspace has such an item.</returns>
    /// <exception cref="AccessDeniedException">The item is somebody else's.</exception>
    public Task<bool> DeleteAsync(Actor actor, Guid itemId, CancellationToken cancellationToken)
        => ChangeAsync(actor, itemId, item => item.Delete(time.GetUtcNow()), cancellationToken);

    /// <summary>Takes an item out of the bin.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="itemId">The item.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Whether the workspace has such an item.</returns>
    /// <exception cref="AccessDeniedException">The item is somebody else's.</exception>
    public Task<bool> RestoreAsync(Actor actor, Guid itemId, CancellationToken cancellationToken)
        => ChangeAsync(actor, itemId, item => item.Restore(), cancellationToken);

    private Task<bool> ChangeAsync(Actor actor, Guid itemId, Action<GalleryItem> change, CancellationToken cancellationToken)
        => gallery.ChangeAsync(
            actor.WorkspaceId,
            itemId,
            item =>
            {
                if (!actor.MayChangeWhatBelongsTo(item.CreatedBy))
                {
                    throw new AccessDeniedException("This result is somebody else's. Its owner and administrators may change it.");
                }

                change(item);
            },
            cancellationToken);
}
