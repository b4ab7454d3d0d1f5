using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Workspaces;

internal sealed class WorkspaceDirectory(IDbContextFactory<PlatformDb> databases) : IWorkspaceDirectory
{
    public async Task<Actor?> FindActorAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var member = await db.Members.AsNoTracking()
            .Where(member => member.UserId == userId)
            .OrderBy(member => member.JoinedAt)
            .FirstOrDefaultAsync(cancellationToken);
        return member?.ToActor();
    }

    public async Task<Actor?> FindActorAsync(Guid userId, Guid workspaceId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var member = await db.Members.AsNoTracking()
            .SingleOrDefaultAsync(member => member.UserId == userId && member.WorkspaceId == workspaceId, cancellationToken);
        return member?.ToActor();
    }
}
