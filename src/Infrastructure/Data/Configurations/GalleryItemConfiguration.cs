using Magvit.Domain.Assets;
using Magvit.Domain.Gallery;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Magvit.Infrastructure.Data.Configurations;

internal sealed class GalleryItemConfiguration : IEntityTypeConfiguration<GalleryItem>
{
    /// <summary>Columns that PostgreSQL computes from the recipe, for filters.</summary>
    public const string TaskColumn = "Task", ModelColumn = "Model";

    public void Configure(EntityTypeBuilder<GalleryItem> builder)
    {
        builder.ToTable("gallery_items");
        builder.Property(item => item.Id).ValueGeneratedNever();
        builder.Property(item => item.Title).HasMaxLength(200);
        builder.Property(item => item.Recipe).HasColumnType("jsonb").HasConversion(recipe => recipe.ToJson(false), json => Recipe.FromJson(json));
        builder.PrimitiveCollection(item => item.ParentIds);
        builder.Property<string>(TaskColumn).HasComputedColumnSql("recipe ->> 'task'", stored: true);
        builder.Property<string>(ModelColumn).HasComputedColumnSql("recipe -> 'model' ->> 'name'", stored: true);
        builder.Property<uint>("Version").IsRowVersion();
        builder.HasOne<Asset>().WithMany().HasForeignKey(item => item.AssetId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Job>().WithMany().HasForeignKey(item => item.JobId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(item => new { item.WorkspaceId, item.Id });

        // Without them, a filter that fits less than a page reads the whole gallery (docs/performance.md).
        builder.HasIndex(nameof(GalleryItem.WorkspaceId), TaskColumn, nameof(GalleryItem.Id));
        builder.HasIndex(nameof(GalleryItem.WorkspaceId), ModelColumn, nameof(GalleryItem.Id));
        builder.HasIndex(item => new { item.WorkspaceId, item.CreatedBy, item.Id });
    }
}
