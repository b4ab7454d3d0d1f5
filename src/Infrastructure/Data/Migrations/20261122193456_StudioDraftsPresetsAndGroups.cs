using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Magvit.Infrastructure.Data.Migrations
{
    /// <inheritdoc />
    public partial class StudioDraftsPresetsAndGroups : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "group_id",
                table: "jobs",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "group_index",
                table: "jobs",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "drafts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    workspace_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    title = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false),
                    address = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    document = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    deleted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_drafts", x => x.id);
                    table.ForeignKey(
                        name: "fk_drafts_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_drafts_workspaces_workspace_id",
                        column: x => x.workspace_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "job_groups",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    workspace_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    title = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    layout = table.Column<string>(type: "jsonb", nullable: false),
                    size = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_job_groups", x => x.id);
                    table.ForeignKey(
                        name: "fk_job_groups_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_job_groups_workspaces_workspace_id",
                        column: x => x.workspace_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "run_presets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    workspace_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_by = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    settings = table.Column<string>(type: "jsonb", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    deleted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_run_presets", x => x.id);
                    table.ForeignKey(
                        name: "fk_run_presets_workspaces_workspace_id",
                        column: x => x.workspace_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_jobs_group_id",
                table: "jobs",
                column: "group_id",
                filter: "group_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_drafts_user_id",
                table: "drafts",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_drafts_workspace_id_user_id_updated_at",
                table: "drafts",
                columns: new[] { "workspace_id", "user_id", "updated_at" },
                filter: "deleted_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_job_groups_user_id",
                table: "job_groups",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_job_groups_workspace_id_id",
                table: "job_groups",
                columns: new[] { "workspace_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_run_presets_workspace_id_name",
                table: "run_presets",
                columns: new[] { "workspace_id", "name" },
                unique: true,
                filter: "deleted_at is null");

            migrationBuilder.AddForeignKey(
                name: "fk_jobs_job_groups_group_id",
                table: "jobs",
                column: "group_id",
                principalTable: "job_groups",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_jobs_job_groups_group_id",
                table: "jobs");

            migrationBuilder.DropTable(
                name: "drafts");

            migrationBuilder.DropTable(
                name: "job_groups");

            migrationBuilder.DropTable(
                name: "run_presets");

            migrationBuilder.DropIndex(
                name: "ix_jobs_group_id",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "group_id",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "group_index",
                table: "jobs");
        }
    }
}
