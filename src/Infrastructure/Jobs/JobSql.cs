using Magvit.Infrastructure.Data;

namespace Magvit.Infrastructure.Jobs;

/// <summary>The queue's SQL. All times are the database's, so that the clocks of the workers do not matter.</summary>
internal static class JobSql
{
    /// <summary>Held to the end of the submission's transaction: two submissions of one user at once would both count the jobs before either is there.</summary>
    public static readonly string LockSubmissions = $"select pg_advisory_xact_lock({AdvisoryLocks.Submit}, hashtext(@user))";

    /// <summary>Stores a new job, unless the user has as many waiting as allowed or has used its key before; no row means that nothing was stored.</summary>
    public const string Submit =
        """
        insert into jobs (id, workspace_id, user_id, kind, payload, model, priority, idempotency_key, group_id, group_index,
                          state, attempt, max_attempts, step, steps, cancel_requested, created_at)
        select @id, @workspace, @user, @kind, @payload, @model, @priority, @key, @group, @group_index,
               'queued', 0, @max_attempts, 0, @steps, false, @created
        where (select count(*) from jobs where user_id = @user and state = 'queued') < @limit
        on conflict (workspace_id, user_id, idempotency_key) where idempotency_key is not null do nothing
        returning id
        """;

    /// <summary>Held to the end of the claim's transaction: without it, two claims at once would count the same running jobs and take the same turn.</summary>
    public static readonly string LockClaims = $"select pg_advisory_xact_lock({AdvisoryLocks.Claim}, 0)";

    /// <summary>
    /// Claims one job: (1) count what each user has running, (2) find the members with waiting jobs, one step along the index for each, (3) take
    /// the first job of each that this worker can do, (4) pick from the user with the fewest running, then the one served longest ago, the
    /// highest priority, the oldest, within the cap of the member's role, (5) make it the worker's under a new token, (6) note the turn,
    /// (7) begin an attempt.
    /// </summary>
    /// <remarks>
    /// Its cost grows with the members who wait, not with their jobs (docs/performance.md). Running jobs are counted once: left to itself, the
    /// planner counts anew for each member. When a user is just changing the job that was picked, the claim passes to the next member.
    /// </remarks>
    public const string Claim =
        """
        with recursive running as materialized (
            select user_id, count(*) as jobs from jobs where state = 'running' group by user_id
        ), waiting as (
            (select user_id, workspace_id from jobs where state = 'queued' order by user_id, workspace_id limit 1)
            union all
            select next.user_id, next.workspace_id from waiting cross join lateral (
                select job.user_id, job.workspace_id from jobs job
                where job.state = 'queued' and (job.user_id, job.workspace_id) > (waiting.user_id, waiting.workspace_id)
                order by job.user_id, job.workspace_id limit 1
            ) next
        ), picked as (
            select job.id from waiting
            join members member on member.workspace_id = waiting.workspace_id and member.user_id = waiting.user_id
            join unnest(@roles, @caps) as cap(role, jobs) on cap.role = member.role
            left join running on running.user_id = waiting.user_id
            left join queue_turns turn on turn.user_id = waiting.user_id
            cross join lateral (
                select first.id from jobs first
                where first.state = 'queued' and first.user_id = waiting.user_id and first.workspace_id = waiting.workspace_id
                  and first.kind = any(@kinds) and (first.model is null or first.model = any(@models))
                order by first.priority desc, first.created_at, first.id limit 1
            ) head
            join jobs job on job.id = head.id and job.state = 'queued'
            where coalesce(running.jobs, 0) < cap.jobs
            order by coalesce(running.jobs, 0), turn.served_at nulls first, job.priority desc, job.created_at, job.id
            limit 1
            for update of job skip locked
        ), claimed as (
            update jobs job
            set state = 'running', attempt = attempt + 1, step = 0, preview_hash = null, token = nextval('job_tokens'),
                owner_worker_id = @worker, lease_until = clock_timestamp() + @lease, started_at = clock_timestamp()
            from picked where job.id = picked.id
            returning job.id, job.user_id, job.attempt, job.started_at
        ), turn as (
            insert into queue_turns (user_id, served_at) select user_id, started_at from claimed
            on conflict (user_id) do update set served_at = excluded.served_at
        )
        insert into job_attempts (job_id, number, worker_id, started_at, outcome)
        select id, attempt, @worker, started_at, 'running' from claimed
        returning job_id
        """;

    /// <summary>Prolongs leases, and says which are still held and which of those are to be cancelled.</summary>
    public const string Heartbeat =
        """
        update jobs job set lease_until = clock_timestamp() + @lease
        from unnest(@ids, @tokens) as held(id, token)
        where job.id = held.id and job.token = held.token and job.state = 'running'
        returning job.id, job.token, job.cancel_requested
        """;

    /// <summary>Stores a step under the token; no row means that the lease is lost. A late preview of an earlier step does not take the step back.</summary>
    public const string Progress =
        """
        update jobs set step = greatest(step, @step), steps = @steps, preview_hash = coalesce(@preview, preview_hash)
        where id = @id and token = @token and state = 'running'
        returning cancel_requested
        """;

    /// <summary>Running jobs whose worker no longer holds its proof of life, or has not renewed its lease.</summary>
    public static readonly string FindLost =
        $"""
        select job.id as "JobId", job.lease_until >= clock_timestamp() as "IsWorkerGone" from jobs job
        where job.state = 'running' and (job.lease_until < clock_timestamp() or not exists (
            select from pg_locks held
            where held.locktype = 'advisory' and held.granted and held.objsubid = 2
              and held.classid = {AdvisoryLocks.WorkerAlive} and held.objid = job.owner_worker_id::oid
              and held.database = (select oid from pg_database where datname = current_database())))
        for update of job skip locked
        """;

    /// <summary>Workers that look alive but do not hold their proof of life.</summary>
    public static readonly string MarkLostWorkers =
        $"""
        update workers worker set state = 'lost', loaded_models = array[]::text[]
        where worker.state in ('idle', 'busy') and not exists (
            select from pg_locks held
            where held.locktype = 'advisory' and held.granted and held.objsubid = 2
              and held.classid = {AdvisoryLocks.WorkerAlive} and held.objid = worker.id::oid
              and held.database = (select oid from pg_database where datname = current_database()))
        """;

    /// <summary>
    /// The order in which the waiting jobs of all workspaces will be taken, if every worker can take every job: first by how many jobs of the
    /// user come before (running or earlier in the queue), then, in the user's first round, by who was served longest ago.
    /// </summary>
    public const string QueueOrder =
        """
        with running as materialized (
            select user_id, count(*) as jobs from jobs where state = 'running' group by user_id
        ), rounds as (
            select job.id, job.workspace_id, job.priority, job.created_at, turn.served_at, coalesce(running.jobs, 0) as before,
                   row_number() over (partition by job.user_id order by job.priority desc, job.created_at, job.id) as round
            from jobs job
            left join running on running.user_id = job.user_id
            left join queue_turns turn on turn.user_id = job.user_id
            where job.state = 'queued'
        )
        select id as "JobId", workspace_id as "WorkspaceId",
               row_number() over (order by before + round, round > 1, served_at nulls first, priority desc, created_at, id)::int as "Position"
        from rounds
        """;
}
