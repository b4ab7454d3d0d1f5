using System.Data;
using Magvit.Domain.Groups;
using Magvit.Domain.Jobs;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Magvit.Infrastructure.Jobs;

/// <summary>The queue, on PostgreSQL alone (docs/decisions/003-job-queue.md).</summary>
/// <remarks>
/// Frequent writes (submission, claim, heartbeat, progress) are single statements; all other changes lock the row, let <see cref="Job"/> decide and store what
/// it became. The row is the truth, and a trigger announces its changes.
/// </remarks>
internal sealed class PostgresJobQueue(
    NpgsqlDataSource dataSource,
    IDbContextFactory<PlatformDb> databases,
    JobLimits limits,
    IOptions<JobQueueOptions> options,
    ILogger<PostgresJobQueue> logger) : IJobQueue
{
    private static readonly MemberRole[] Roles = Enum.GetValues<MemberRole>();

    public async Task<JobSubmission> SubmitAsync(Job job, int queuedLimit, CancellationToken cancellationToken)
    {
        if (await InsertAsync(job, queuedLimit, cancellationToken))
        {
            logger.Queued(job.Id, job.Kind);
            return new JobSubmission(SubmissionOutcome.Accepted, job);
        }

        if (job.IdempotencyKey is not null)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var earlier = await db.Jobs.AsNoTracking().SingleOrDefaultAsync(
                other => other.WorkspaceId == job.WorkspaceId && other.UserId == job.UserId && other.IdempotencyKey == job.IdempotencyKey,
                cancellationToken);
            if (earlier is not null)
            {
                return new JobSubmission(SubmissionOutcome.Repeated, earlier);
            }
        }

        return new JobSubmission(SubmissionOutcome.QueueFull, job);
    }

    public async Task<bool> SubmitGroupAsync(JobGroup group, IReadOnlyList<Job> jobs, int queuedLimit, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"select pg_advisory_xact_lock({AdvisoryLocks.Submit}, hashtext({group.UserId.ToString()}))", cancellationToken);
        if (await db.Jobs.CountAsync(other => other.UserId == group.UserId && other.State == JobState.Queued, cancellationToken) + jobs.Count > queuedLimit)
        {
            return false;
        }

        db.JobGroups.Add(group);
        db.Jobs.AddRange(jobs);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var job in jobs)
        {
            logger.Queued(job.Id, job.Kind);
        }

        return true;
    }

    public async Task<Job?> ClaimAsync(JobClaim claim, CancellationToken cancellationToken)
    {
        if (await ClaimIdAsync(claim, cancellationToken) is not { } jobId)
        {
            return null;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var job = await db.Jobs.AsNoTracking().SingleAsync(job => job.Id == jobId, cancellationToken);
        logger.Claimed(claim.WorkerId, job.Id, job.Attempt);
        return job;
    }

    public async Task<IReadOnlyDictionary<JobLease, LeaseState>> HeartbeatAsync(
        IReadOnlyCollection<JobLease> leases, CancellationToken cancellationToken)
    {
        var states = leases.ToDictionary(lease => lease, _ => LeaseState.Lost);
        if (leases.Count == 0)
        {
            return states;
        }

        await using var command = dataSource.CreateCommand(JobSql.Heartbeat);
        command.Parameters.AddWithValue("lease", options.Value.Lease);
        command.Parameters.AddWithValue("ids", leases.Select(lease => lease.JobId).ToArray());
        command.Parameters.AddWithValue("tokens", leases.Select(lease => lease.Token).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            states[new JobLease(reader.GetGuid(0), reader.GetInt64(1))] = reader.GetBoolean(2) ? LeaseState.CancelRequested : LeaseState.Held;
        }

        return states;
    }

    public async Task<LeaseState> ReportProgressAsync(JobLease lease, JobStep step, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(JobSql.Progress);
        command.Parameters.AddWithValue("id", lease.JobId);
        command.Parameters.AddWithValue("token", lease.Token);
        command.Parameters.AddWithValue("step", step.Step);
        command.Parameters.AddWithValue("steps", step.Steps);
        command.Parameters.Add(new NpgsqlParameter("preview", NpgsqlDbType.Varchar) { Value = step.PreviewHash?.Value ?? (object)DBNull.Value });
        return await command.ExecuteScalarAsync(cancellationToken) switch
        {
            true => LeaseState.CancelRequested,
            false => LeaseState.Held,
            _ => LeaseState.Lost,
        };
    }

    public async Task<LeaseState> CompleteAsync(JobLease lease, IReadOnlyList<JobResult> results, CancellationToken cancellationToken)
    {
        var outcome = LeaseState.Held;
        var held = await EndAsync(
            lease,
            (db, job, now) =>
            {
                if (job.CancelRequested)
                {
                    outcome = LeaseState.CancelRequested;
                    job.AcknowledgeCancel(now);
                    return;
                }

                db.Assets.AddRange(results.Select(result => result.Asset));
                db.GalleryItems.AddRange(results.Select(result => result.GalleryItem).OfType<Domain.Gallery.GalleryItem>());
                job.Succeed(
                    [.. results.Select((result, index) => new JobOutput(index, result.Asset.Id, result.GalleryItem?.Id, result.Steps))],
                    results.Count == 0 ? null : results[0].Asset.SheetSha256, now);
            },
            cancellationToken);
        return held == LeaseState.Held ? outcome : held;
    }

    public Task<LeaseState> FailAsync(JobLease lease, JobFailure failure, CancellationToken cancellationToken)
        => EndAsync(lease, (_, job, now) => job.Fail(failure, now), cancellationToken);

    public Task<LeaseState> ReleaseAsync(JobLease lease, CancellationToken cancellationToken)
        => EndAsync(lease, (_, job, now) => job.Release(now), cancellationToken);

    public Task<LeaseState> AcknowledgeCancelAsync(JobLease lease, CancellationToken cancellationToken)
        => EndAsync(lease, (_, job, now) => job.AcknowledgeCancel(now), cancellationToken);

    public async Task<Job?> FindAsync(Guid workspaceId, Guid jobId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.WorkspaceId == workspaceId && job.Id == jobId, cancellationToken);
    }

    public Task<SteerOutcome> CancelAsync(Guid workspaceId, Guid jobId, CancellationToken cancellationToken)
        => SteerAsync(workspaceId, jobId, (job, now) => job.RequestCancel(now), cancellationToken);

    public Task<SteerOutcome> RetryAsync(Guid workspaceId, Guid jobId, CancellationToken cancellationToken)
        => SteerAsync(workspaceId, jobId, (job, _) => job.Retry(), cancellationToken);

    public async Task<IReadOnlyList<Guid>> TakeBackLostAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync(JobSql.MarkLostWorkers, cancellationToken);
        var lost = await db.Database.SqlQueryRaw<LostJob>(JobSql.FindLost).ToListAsync(cancellationToken);
        if (lost.Count > 0)
        {
            var now = await DatabaseTimeAsync(db, cancellationToken);
            foreach (var (jobId, isWorkerGone) in lost)
            {
                var job = await db.Jobs.SingleAsync(job => job.Id == jobId, cancellationToken);
                var reason = isWorkerGone ? "The worker that ran it has stopped." : "The worker that ran it does not answer.";
                job.TakeBack(reason, now);
                logger.TakenBack(job.Id, job.OwnerWorkerId, job.State, reason);
            }

            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return [.. lost.Select(job => job.JobId)];
    }

    /// <returns>Whether it was stored; otherwise the user's queue is full or the key is known.</returns>
    private async Task<bool> InsertAsync(Job job, int queuedLimit, CancellationToken cancellationToken)
    {
        // One implicit transaction in one round trip: the lock is held until the job is committed, and the count after it sees what others have committed.
        await using var batch = dataSource.CreateBatch();
        var userLock = new NpgsqlBatchCommand(JobSql.LockSubmissions);
        userLock.Parameters.AddWithValue("user", job.UserId.ToString());
        batch.BatchCommands.Add(userLock);

        var command = new NpgsqlBatchCommand(JobSql.Submit);
        command.Parameters.AddWithValue("id", job.Id);
        command.Parameters.AddWithValue("workspace", job.WorkspaceId);
        command.Parameters.AddWithValue("user", job.UserId);
        command.Parameters.AddWithValue("kind", EnumTextConverter<JobKind>.ToText(job.Kind));
        command.Parameters.AddWithValue("payload", NpgsqlDbType.Jsonb, job.Payload);
        command.Parameters.Add(new NpgsqlParameter("model", NpgsqlDbType.Varchar) { Value = job.Model ?? (object)DBNull.Value });
        command.Parameters.AddWithValue("priority", job.Priority);
        command.Parameters.Add(new NpgsqlParameter("key", NpgsqlDbType.Varchar) { Value = job.IdempotencyKey ?? (object)DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter("group", NpgsqlDbType.Uuid) { Value = job.GroupId ?? (object)DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter("group_index", NpgsqlDbType.Integer) { Value = job.GroupIndex ?? (object)DBNull.Value });
        command.Parameters.AddWithValue("max_attempts", job.MaxAttempts);
        command.Parameters.AddWithValue("steps", job.Steps);
        command.Parameters.AddWithValue("created", job.CreatedAt);
        command.Parameters.AddWithValue("limit", queuedLimit);
        batch.BatchCommands.Add(command);

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken);
    }

    private async Task<Guid?> ClaimIdAsync(JobClaim claim, CancellationToken cancellationToken)
    {
        // Both statements are one implicit transaction: the lock is held until the claim is committed.
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(JobSql.LockClaims));
        var command = new NpgsqlBatchCommand(JobSql.Claim);
        command.Parameters.AddWithValue("worker", claim.WorkerId);
        command.Parameters.AddWithValue("kinds", claim.Kinds.Select(EnumTextConverter<JobKind>.ToText).ToArray());
        command.Parameters.AddWithValue("models", claim.Models.ToArray());
        command.Parameters.AddWithValue("roles", Roles.Select(EnumTextConverter<MemberRole>.ToText).ToArray());
        command.Parameters.AddWithValue("caps", Roles.Select(role => limits.For(role).Running).ToArray());
        command.Parameters.AddWithValue("lease", options.Value.Lease);
        batch.BatchCommands.Add(command);

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.GetGuid(0) : null;
    }

    /// <summary>Ends a worker's try: locks the row if the lease holds it, lets the job change, stores everything at once.</summary>
    private async Task<LeaseState> EndAsync(
        JobLease lease, Action<PlatformDb, Job, DateTimeOffset> change, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"select from jobs where id = {lease.JobId} for update", cancellationToken);
        var job = await db.Jobs.SingleOrDefaultAsync(
            job => job.Id == lease.JobId && job.Token == lease.Token && job.State == JobState.Running, cancellationToken);
        if (job is null)
        {
            logger.LeaseLost(lease.JobId, lease.Token);
            return LeaseState.Lost;
        }

        change(db, job, await DatabaseTimeAsync(db, cancellationToken));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        logger.Changed(job.Id, job.State);
        return LeaseState.Held;
    }

    private async Task<SteerOutcome> SteerAsync(
        Guid workspaceId, Guid jobId, Action<Job, DateTimeOffset> change, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"select from jobs where id = {jobId} for update", cancellationToken);
        if (await db.Jobs.SingleOrDefaultAsync(job => job.WorkspaceId == workspaceId && job.Id == jobId, cancellationToken) is not { } job)
        {
            return SteerOutcome.NotFound;
        }

        try
        {
            change(job, await DatabaseTimeAsync(db, cancellationToken));
        }
        catch (InvalidJobTransitionException)
        {
            return SteerOutcome.NotPossible;
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        logger.Changed(job.Id, job.State);
        return SteerOutcome.Done;
    }

    private static Task<DateTimeOffset> DatabaseTimeAsync(PlatformDb db, CancellationToken cancellationToken)
        => db.Database.SqlQuery<DateTimeOffset>($"""select clock_timestamp() as "Value" """).SingleAsync(cancellationToken);
}
