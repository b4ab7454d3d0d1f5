using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Magvit.Infrastructure.Data.Migrations
{
    /// <summary>A filter of the gallery finds its page without reading the others.</summary>
    public partial class GalleryFilterIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_gallery_items_workspace_id_created_by_id",
                table: "gallery_items",
                columns: new[] { "workspace_id", "created_by", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_gallery_items_workspace_id_model_id",
                table: "gallery_items",
                columns: new[] { "workspace_id", "model", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_gallery_items_workspace_id_task_id",
                table: "gallery_items",
                columns: new[] { "workspace_id", "task", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_gallery_items_workspace_id_created_by_id",
                table: "gallery_items");

            migrationBuilder.DropIndex(
                name: "ix_gallery_items_workspace_id_model_id",
                table: "gallery_items");

            migrationBuilder.DropIndex(
                name: "ix_gallery_items_workspace_id_task_id",
                table: "gallery_items");
        }
    }
}
