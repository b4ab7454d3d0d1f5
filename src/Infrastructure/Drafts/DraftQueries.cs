using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Drafts;

/// <summary>Drafts as pages show them: one's own.</summary>
public sealed class DraftQueries(IDbContextFactory<PlatformDb> databases)
{
    /// <summary>The drafts of a user that are not in the bin, the latest first.</summary>
    public async Task<IReadOnlyList<DraftSummary>> ListAsync(Actor actor, int take, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Drafts.AsNoTracking()
            .Where(draft => draft.WorkspaceId == actor.WorkspaceId && draft.UserId == actor.UserId && draft.DeletedAt == null)
            .OrderByDescending(draft => draft.UpdatedAt)
            .Take(take)
            .Select(draft => new DraftSummary(draft.Id, draft.Title, draft.Version, draft.Address, draft.UpdatedAt))
            .ToListAsync(cancellationToken);
    }
}
