using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Magvit.Infrastructure.Data.Migrations
{
    /// <inheritdoc />
    public partial class Examples : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "examples_added_at",
                table: "workspaces",
                type: "timestamp with time zone",
                nullable: true);

            // Workspaces that people work in already stay as they are.
            migrationBuilder.Sql("update workspaces set examples_added_at = created_at");

            migrationBuilder.AlterColumn<Guid>(
                name: "job_id",
                table: "gallery_items",
                type: "uuid",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "uuid");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("delete from gallery_items where job_id is null");

            migrationBuilder.DropColumn(
                name: "examples_added_at",
                table: "workspaces");

            migrationBuilder.AlterColumn<Guid>(
                name: "job_id",
                table: "gallery_items",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "uuid",
                oldNullable: true);
        }
    }
}
