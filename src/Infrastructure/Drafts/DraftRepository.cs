using Magvit.Domain.Drafts;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Magvit.Infrastructure.Drafts;

internal sealed class DraftRepository(IDbContextFactory<PlatformDb> databases) : IDraftRepository
{
    public async Task<Draft?> FindAsync(Guid workspaceId, Guid userId, Guid draftId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Drafts.AsNoTracking()
            .SingleOrDefaultAsync(draft => draft.WorkspaceId == workspaceId && draft.UserId == userId && draft.Id == draftId, cancellationToken);
    }

    public async Task<int> CountAsync(Guid workspaceId, Guid userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Drafts.CountAsync(draft => draft.WorkspaceId == workspaceId && draft.UserId == userId && draft.DeletedAt == null, cancellationToken);
    }

    public async Task<bool> TryAddAsync(Draft draft, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        db.Drafts.Add(draft);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return false;
        }
    }

    // The version that was read is in the statement's condition: whoever was slower writes nothing.
    public async Task<bool> TryChangeAsync(Draft draft, Action<Draft> change, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        db.Attach(draft);
        change(draft);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }
}
