using Magvit.Domain.Jobs;
using Magvit.Domain.Workers;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Workers;

/// <summary>Workers as pages show them.</summary>
public sealed class WorkerQueries(IDbContextFactory<PlatformDb> databases, TimeProvider time)
{
    private static readonly TimeSpan GoneAreShownFor = TimeSpan.FromDays(1);

    /// <summary>Living workers, and those that went within a day; the latest first.</summary>
    public async Task<IReadOnlyList<WorkerSummary>> ListAsync(CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - GoneAreShownFor;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await (
            from worker in db.Workers.AsNoTracking()
            where worker.LastSeenAt > since || worker.State == WorkerState.Idle || worker.State == WorkerState.Busy
            orderby worker.Id descending
            select new WorkerSummary
            {
                Id = worker.Id,
                Host = worker.Host,
                Device = worker.Device,
                ProcessId = worker.ProcessId,
                State = worker.State,
                StartedAt = worker.StartedAt,
                LastSeenAt = worker.LastSeenAt,
                LoadedModels = worker.LoadedModels,
                Models = db.WorkerModels.Where(link => link.WorkerId == worker.Id).Select(link => link.ModelName).OrderBy(name => name).ToList(),
                RunningJobs = db.Jobs.Count(job => job.OwnerWorkerId == worker.Id && job.State == JobState.Running),
            }).ToListAsync(cancellationToken);
    }

    /// <summary>Whether any worker is there to run jobs.</summary>
    public async Task<bool> AnyAliveAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Workers.AnyAsync(worker => worker.State == WorkerState.Idle || worker.State == WorkerState.Busy, cancellationToken);
    }
}
