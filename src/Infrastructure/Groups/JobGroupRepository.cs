using Magvit.Domain.Groups;
using Magvit.Domain.Jobs;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Groups;

internal sealed class JobGroupRepository(IDbContextFactory<PlatformDb> databases) : IJobGroupRepository
{
    public async Task<JobGroup?> FindAsync(Guid workspaceId, Guid groupId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.JobGroups.AsNoTracking()
            .SingleOrDefaultAsync(group => group.WorkspaceId == workspaceId && group.Id == groupId, cancellationToken);
    }

    public async Task<IReadOnlyList<Guid>> OpenJobsAsync(Guid groupId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Jobs
            .Where(job => job.GroupId == groupId && (job.State == JobState.Queued || job.State == JobState.Running))
            .OrderByDescending(job => job.GroupIndex)
            .Select(job => job.Id)
            .ToListAsync(cancellationToken);
    }
}
