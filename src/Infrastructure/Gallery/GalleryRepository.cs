using Magvit.Domain.Gallery;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Gallery;

internal sealed class GalleryRepository(IDbContextFactory<PlatformDb> databases) : IGalleryRepository
{
    private const int Tries = 3;

    public async Task<bool> ChangeAsync(Guid workspaceId, Guid itemId, Action<GalleryItem> change, CancellationToken cancellationToken)
    {
        for (var remaining = Tries; ; remaining--)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var item = await db.GalleryItems.SingleOrDefaultAsync(i => i.WorkspaceId == workspaceId && i.Id == itemId, cancellationToken);
            if (item is null)
            {
                return false;
            }

            change(item);
            try
            {
                await db.SaveChangesAsync(cancellationToken);
                return true;
            }
            catch (DbUpdateConcurrencyException) when (remaining > 1)
            {
                // Somebody else changed the row since it was read: apply the change to what is there now.
            }
        }
    }
}
