using Magvit.Domain.Drafts;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Magvit.Infrastructure.Data.Configurations;

internal sealed class DraftConfiguration : IEntityTypeConfiguration<Draft>
{
    public void Configure(EntityTypeBuilder<Draft> builder)
    {
        builder.ToTable("drafts");
        builder.Property(draft => draft.Id).ValueGeneratedNever();
        builder.Property(draft => draft.Title).HasMaxLength(Draft.MaxTitle);
        builder.Property(draft => draft.Address).HasMaxLength(DraftContent.MaxAddress);
        builder.Property(draft => draft.Version).IsConcurrencyToken();
        builder.HasOne<Workspace>().WithMany().HasForeignKey(draft => draft.WorkspaceId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<PlatformUser>().WithMany().HasForeignKey(draft => draft.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(draft => new { draft.WorkspaceId, draft.UserId, draft.UpdatedAt }).HasFilter("deleted_at is null");
    }
}
