using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Magvit.Infrastructure.Data.Migrations
{
    /// <summary>The guidance that suits a model's tasks with a class.</summary>
    public partial class ModelGuidance : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<double>(
                name: "guidance",
                table: "models",
                type: "double precision",
                nullable: false,
                defaultValue: 0.0);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "guidance",
                table: "models");
        }
    }
}
