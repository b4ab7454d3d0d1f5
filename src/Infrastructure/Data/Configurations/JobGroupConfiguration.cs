using Magvit.Domain.Groups;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Magvit.Infrastructure.Data.Configurations;

internal sealed class JobGroupConfiguration : IEntityTypeConfiguration<JobGroup>
{
    public void Configure(EntityTypeBuilder<JobGroup> builder)
    {
        builder.ToTable("job_groups");
        builder.Property(group => group.Id).ValueGeneratedNever();
        builder.Property(group => group.Title).HasMaxLength(200);
        builder.Property(group => group.Layout).HasColumnType("jsonb");
        builder.HasOne<Workspace>().WithMany().HasForeignKey(group => group.WorkspaceId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<PlatformUser>().WithMany().HasForeignKey(group => group.UserId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(group => new { group.WorkspaceId, group.Id });
    }
}
