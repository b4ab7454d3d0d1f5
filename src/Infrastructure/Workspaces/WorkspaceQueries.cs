using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Workspaces;

/// <summary>Workspaces and their members as pages show them.</summary>
public sealed class WorkspaceQueries(IDbContextFactory<PlatformDb> databases)
{
    public async Task<Workspace?> FindAsync(Guid workspaceId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Workspaces.AsNoTracking().SingleOrDefaultAsync(workspace => workspace.Id == workspaceId, cancellationToken);
    }

    /// <summary>The members of a workspace, in the order in which they came.</summary>
    public async Task<IReadOnlyList<MemberSummary>> ListMembersAsync(Guid workspaceId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await (
            from member in db.Members.AsNoTracking()
            where member.WorkspaceId == workspaceId
            join user in db.Users on member.UserId equals user.Id
            orderby member.JoinedAt
            select new MemberSummary(user.Id, user.Email ?? "", user.DisplayName, member.Role, member.JoinedAt)).ToListAsync(cancellationToken);
    }
}
