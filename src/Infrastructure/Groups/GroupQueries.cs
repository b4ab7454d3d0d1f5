using Magvit.Domain.Jobs;
using Magvit.Infrastructure.Data;
using Magvit.Infrastructure.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Groups;

/// <summary>Sweeps and batches as pages show them.</summary>
public sealed class GroupQueries(IDbContextFactory<PlatformDb> databases, JobQueries jobs)
{
    /// <summary>A workspace's groups, newest first.</summary>
    public async Task<Page<GroupSummary>> ListAsync(Guid workspaceId, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var groups = db.JobGroups.AsNoTracking().Where(group => group.WorkspaceId == workspaceId);
        if (page.Before is { } before)
        {
            groups = groups.Where(group => group.Id.CompareTo(before) < 0);
        }

        var rows = await (
                from item in groups
                orderby item.Id descending
                join user in db.Users on item.UserId equals user.Id
                select new GroupSummary(
                    item.Id, item.Kind, item.Title, item.Size,
                    db.Jobs.Count(job => job.GroupId == item.Id && job.State == JobState.Succeeded),
                    db.Jobs.Count(job => job.GroupId == item.Id && (job.State == JobState.Failed || job.State == JobState.Cancelled)),
                    db.Jobs.Count(job => job.GroupId == item.Id && (job.State == JobState.Queued || job.State == JobState.Running)),
                    item.UserId, user.DisplayName, item.CreatedAt))
            .Take(page.Size + 1)
            .ToListAsync(cancellationToken);
        return page.ToPage(rows, row => row.Id);
    }

    public async Task<GroupDetails?> FindAsync(Guid workspaceId, Guid groupId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var found = await (
                from item in db.JobGroups.AsNoTracking()
                where item.WorkspaceId == workspaceId && item.Id == groupId
                join user in db.Users on item.UserId equals user.Id
                select new { Group = item, user.DisplayName })
            .SingleOrDefaultAsync(cancellationToken);
        return found is null
            ? null
            : new GroupDetails(found.Group, found.DisplayName, await jobs.ListGroupAsync(workspaceId, groupId, cancellationToken));
    }
}
