using Magvit.Domain.Assets;
using Magvit.Domain.Workspaces;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Magvit.Infrastructure.Data.Configurations;

internal sealed class AssetConfiguration : IEntityTypeConfiguration<Asset>
{
    public void Configure(EntityTypeBuilder<Asset> builder)
    {
        builder.ToTable("assets");
        builder.Property(asset => asset.Id).ValueGeneratedNever();
        builder.Property(asset => asset.Name).HasMaxLength(200);
        builder.PrimitiveCollection(asset => asset.Notes);
        builder.Property<uint>("Version").IsRowVersion();
        builder.HasOne<Workspace>().WithMany().HasForeignKey(asset => asset.WorkspaceId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(asset => new { asset.WorkspaceId, asset.Id });

        // Every request for an artifact asks whether its workspace has it (AssetQueries.MayReadAsync).
        builder.HasIndex(asset => asset.Sha256);
        builder.HasIndex(asset => asset.ProxySha256);
        builder.HasIndex(asset => asset.PosterSha256);
        builder.HasIndex(asset => asset.SheetSha256);
    }
}
