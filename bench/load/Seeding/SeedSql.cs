namespace Magvit.LoadBench.Seeding;

/// <summary>The statements that fill the tables. Job n belongs to workspace n % 5; the names of the parameters are those of <see cref="SeedSize"/>.</summary>
internal static class SeedSql
{
    /// <summary>
    /// No triggers (they would announce a million jobs) and no look-up of foreign keys that are right by construction: a test looks at them.
    /// Ids are UUIDv7 of the row's time, as the platform makes them.
    /// </summary>
    public const string Prepare =
        """
        set session_replication_role = replica;
        set synchronous_commit = off;
        create function pg_temp.id_v7(at timestamptz, name text) returns uuid language sql stable as $$
            select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0')
                || '7' || substr(md5(name), 1, 3) || '8' || substr(md5(name), 4, 15))::uuid
        $$;
        create temporary table made (g int, n int, w int, at timestamptz, task text, model text, asset_id uuid, item_id uuid, job_id uuid);
        create function pg_temp.hash(name text) returns text language sql stable as $$ select encode(sha256(convert_to(name, 'UTF8')), 'hex') $$
        """;

    public static readonly string[] Fill =
    [
        """
        insert into jobs (id, workspace_id, user_id, kind, payload, model, priority, state, attempt, max_attempts, step, steps, preview_hash, error,
                          cancel_requested, owner_worker_id, created_at, started_at, finished_at)
        select pg_temp.id_v7(at, 'job' || n), (@workspaces)[1 + n % 5], (@users)[1 + n % 5 * @members + n / 5 % @members], 'generate',
               @payload || jsonb_build_object('task', task, 'model', model, 'seed', n), model, 0, state,
               case state when 'queued' then 0 else 1 end, 2, case state when 'succeeded' then 12 else 0 end, 12,
               case state when 'succeeded' then pg_temp.hash('sheet' || n) end, case state when 'failed' then 'The worker ran out of memory.' end,
               false, case state when 'queued' then null else 1 + n % @workers end, at,
               case state when 'queued' then null else at + interval '2 s' end, case state when 'queued' then null else at + interval '9 s' end
        from (
            select n, @start + n * @gap as at, (@tasks)[1 + (n / 5 * 7 + n / 50) % 10] as task, (@models)[1 + (n / 5 % 9 > 4)::int + (n / 5 % 9 > 7)::int] as model,
                   case when n > @finished then 'queued' when n % 41 = 0 then 'failed' when n % 53 = 0 then 'cancelled' else 'succeeded' end as state
            from generate_series(1, @jobs) n
        ) made
        """,
        """
        insert into job_attempts (job_id, number, worker_id, started_at, ended_at, outcome)
        select id, 1, owner_worker_id, started_at, finished_at, state from jobs where finished_at is not null
        """,
        """
        insert into queue_turns (user_id, served_at) select user_id, now() - row_number() over () * interval '1 minute' from unnest(@users) user_id
        """,
        """
        insert into made
        select g, n, w, at, case when g <= @rare_items and w = 0 then @rare_task else (@tasks)[1 + (n / 5 * 7 + n / 50) % 10] end as task,
               (@models)[1 + (n / 5 % 9 > 4)::int + (n / 5 % 9 > 7)::int] as model, pg_temp.id_v7(at, 'asset' || n) as asset_id, pg_temp.id_v7(at, 'item' || n) as item_id,
               case when n <= @finished and n % 41 <> 0 and n % 53 <> 0 then pg_temp.id_v7(at - interval '9 s', 'job' || n) end as job_id
        from (
            select g, w, g * @jobs_per_item * 5 + w as n, @start + (g * @jobs_per_item * 5 + w) * @gap + interval '9 s' as at
            from generate_series(0, 4) w, lateral generate_series(1, case w when 0 then @items else @items / 10 end) g
        ) results
        """,
        """
        insert into assets (id, workspace_id, kind, name, sha256, proxy_sha256, poster_sha256, sheet_sha256, frames, width, height, frame_rate, size_bytes,
                            notes, created_by, created_at)
        select asset_id, (@workspaces)[1 + w], 'generated', 'Take ' || g, pg_temp.hash('clip' || n), pg_temp.hash('proxy' || n), pg_temp.hash('poster' || n),
               pg_temp.hash('sheet' || n), 16, 64, 64, 8, 20000 + n % 9000, '{}', (@users)[1 + w * @members + n / 5 % @members], at
        from made
        """,
        """
        insert into gallery_items (id, workspace_id, asset_id, job_id, recipe, title, parent_ids, created_by, created_at, deleted_at)
        select item_id, (@workspaces)[1 + w], asset_id, job_id,
               @recipe || jsonb_build_object('task', task, 'className', (array['walk', 'run', 'jump', 'spin', 'cheer'])[1 + n % 5], 'seed', n,
                   'input', jsonb_build_object('sha256', pg_temp.hash('input' || n % 500), 'start', 0, 'stride', 1),
                   'model', @recipe -> 'model' || jsonb_build_object('name', model), 'tokensHash', pg_temp.hash('tokens' || n), 'createdAt', at),
               (array['Knight', 'Rogue', 'Mage', 'Barbarian'])[1 + n / 5 % 4] || ', ' || replace(task, '-', ' ') || ', take ' || g,
               case n % 10 when 0 then array[asset_id] else '{}' end, (@users)[1 + w * @members + n / 5 % @members], at,
               case n % 33 when 0 then at + interval '1 day' end
        from made
        """,
        """
        insert into job_outputs (job_id, index, asset_id, gallery_item_id) select job_id, 0, asset_id, item_id from made where job_id is not null
        """,
    ];

    public static readonly string[] Finish = ["reset session_replication_role", "reset synchronous_commit", "vacuum (analyze)", "checkpoint"];
}
