using Magvit.Domain.Assets;
using Magvit.Domain.Jobs;
using Magvit.Infrastructure.Assets;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Jobs;

/// <summary>Jobs as pages show them.</summary>
public sealed class JobQueries(IDbContextFactory<PlatformDb> databases, TimeProvider time)
{
    /// <summary>A workspace's jobs, newest first.</summary>
    public async Task<Page<JobSummary>> ListAsync(Guid workspaceId, JobFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var jobs = db.Jobs.AsNoTracking().Where(job => job.WorkspaceId == workspaceId);
        if (filter.States.Count > 0)
        {
            jobs = jobs.Where(job => filter.States.Contains(job.State));
        }

        if (filter.UserId is { } user)
        {
            jobs = jobs.Where(job => job.UserId == user);
        }

        if (page.Before is { } before)
        {
            jobs = jobs.Where(job => job.Id.CompareTo(before) < 0);
        }

        var rows = await Summaries(db, jobs.OrderByDescending(job => job.Id).Take(page.Size + 1))
            .OrderByDescending(row => row.Id)
            .ToListAsync(cancellationToken);
        var outlook = await QueueOutlook.LoadAsync(db, rows, time.GetUtcNow(), cancellationToken);
        return page.ToPage([.. rows.Select(outlook.Judge)], row => row.Id);
    }

    /// <summary>The jobs of a sweep or batch, in its order.</summary>
    public async Task<IReadOnlyList<JobSummary>> ListGroupAsync(Guid workspaceId, Guid groupId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await Summaries(db, db.Jobs.AsNoTracking().Where(job => job.WorkspaceId == workspaceId && job.GroupId == groupId))
            .OrderBy(row => row.GroupIndex)
            .ToListAsync(cancellationToken);
        var outlook = await QueueOutlook.LoadAsync(db, rows, time.GetUtcNow(), cancellationToken);
        return [.. rows.Select(outlook.Judge)];
    }

    /// <summary>How many of a workspace's jobs are in each state; states without a job are left out.</summary>
    public async Task<IReadOnlyDictionary<JobState, int>> CountAsync(Guid workspaceId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Jobs.Where(job => job.WorkspaceId == workspaceId)
            .GroupBy(job => job.State)
            .Select(group => new { State = group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.State, group => group.Count, cancellationToken);
    }

    public async Task<JobDetails?> FindAsync(Guid workspaceId, Guid jobId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var jobs = db.Jobs.AsNoTracking().Where(job => job.WorkspaceId == workspaceId && job.Id == jobId);
        if (await Summaries(db, jobs).SingleOrDefaultAsync(cancellationToken) is not { } found)
        {
            return null;
        }

        var outlook = await QueueOutlook.LoadAsync(db, [found], time.GetUtcNow(), cancellationToken);
        var attempts = await jobs.SelectMany(job => job.Attempts).OrderBy(attempt => attempt.Number).ToListAsync(cancellationToken);
        return new JobDetails(outlook.Judge(found), attempts);
    }

    /// <summary>The stored decoding steps of one of a job's outputs; <see langword="null"/> when the workspace has no such output, or none were kept.</summary>
    public async Task<ContentHash?> FindStepsAsync(Guid workspaceId, Guid jobId, int output, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Jobs.AsNoTracking().Where(job => job.WorkspaceId == workspaceId && job.Id == jobId)
            .SelectMany(job => job.Outputs)
            .Where(made => made.Index == output)
            .Select(made => made.StepsSha256)
            .SingleOrDefaultAsync(cancellationToken);
    }

    private static IQueryable<JobSummary> Summaries(PlatformDb db, IQueryable<Job> jobs)
        => from job in jobs
           join user in db.Users on job.UserId equals user.Id
           select new JobSummary
           {
               Id = job.Id,
               Kind = job.Kind,
               State = job.State,
               UserId = job.UserId,
               UserName = user.DisplayName,
               Model = job.Model,
               Payload = job.Payload,
               Attempt = job.Attempt,
               MaxAttempts = job.MaxAttempts,
               Step = job.Step,
               Steps = job.Steps,
               PreviewHash = job.PreviewHash,
               Error = job.Error,
               CancelRequested = job.CancelRequested,
               WorkerId = job.OwnerWorkerId,
               GroupId = job.GroupId,
               GroupIndex = job.GroupIndex,
               CreatedAt = job.CreatedAt,
               StartedAt = job.StartedAt,
               FinishedAt = job.FinishedAt,
               Outputs = (from output in job.Outputs
                          join asset in AssetQueries.Summaries(db, db.Assets) on output.AssetId equals asset.Id
                          orderby output.Index
                          select new JobOutputSummary(output.Index, asset, output.GalleryItemId, output.StepsSha256)).ToList(),
           };
}
