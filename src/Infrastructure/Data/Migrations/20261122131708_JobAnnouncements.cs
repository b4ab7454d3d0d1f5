using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Magvit.Infrastructure.Data.Migrations
{
    /// <summary>
    /// Announces changes of jobs by NOTIFY, from a trigger, so that no write can forget to: job_ready wakes workers, job_cancel reaches the worker
    /// of a running job, job_progress (JobNews) reaches the web. Heartbeats change nothing that is announced.
    /// </summary>
    public partial class JobAnnouncements : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                create function announce_job() returns trigger language plpgsql as $$
                begin
                    if new.state = 'queued' and (tg_op = 'INSERT' or old.state <> 'queued') then
                        perform pg_notify('job_ready', '');
                    end if;
                    if tg_op = 'UPDATE' and new.state = 'running' and new.cancel_requested and not old.cancel_requested then
                        perform pg_notify('job_cancel', new.id::text);
                    end if;
                    if tg_op = 'INSERT' or (new.state, new.step, new.steps, new.cancel_requested, coalesce(new.preview_hash, ''))
                        is distinct from (old.state, old.step, old.steps, old.cancel_requested, coalesce(old.preview_hash, '')) then
                        perform pg_notify('job_progress', json_strip_nulls(json_build_object(
                            'j', new.id, 'w', new.workspace_id, 's', new.state, 'n', new.step, 't', new.steps, 'p', new.preview_hash))::text);
                    end if;
                    return null;
                end
                $$;

                create trigger announce_job after insert or update on jobs for each row execute function announce_job();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop trigger announce_job on jobs; drop function announce_job();");
        }
    }
}
