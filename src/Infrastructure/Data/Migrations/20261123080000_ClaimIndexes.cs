using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Magvit.Infrastructure.Data.Migrations
{
    /// <summary>The claim reads the first waiting job of each member, and what runs, without the rest of the queue.</summary>
    public partial class ClaimIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_jobs_running",
                table: "jobs",
                column: "user_id",
                filter: "state = 'running'");

            migrationBuilder.CreateIndex(
                name: "ix_jobs_waiting",
                table: "jobs",
                columns: new[] { "user_id", "workspace_id", "priority", "created_at", "id" },
                descending: new[] { false, false, true, false, false },
                filter: "state = 'queued'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_jobs_running",
                table: "jobs");

            migrationBuilder.DropIndex(
                name: "ix_jobs_waiting",
                table: "jobs");
        }
    }
}
