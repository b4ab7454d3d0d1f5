using Magvit.Domain.Assets;
using Magvit.Domain.Gallery;
using Magvit.Domain.Groups;
using Magvit.Domain.Jobs;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Magvit.Infrastructure.Data.Configurations;

internal sealed class JobConfiguration : IEntityTypeConfiguration<Job>
{
    public void Configure(EntityTypeBuilder<Job> builder)
    {
        builder.ToTable("jobs");
        builder.Property(job => job.Id).ValueGeneratedNever();
        builder.Property(job => job.Payload).HasColumnType("jsonb");
        builder.Property(job => job.Model).HasMaxLength(100);
        builder.Property(job => job.IdempotencyKey).HasMaxLength(200);
        builder.HasOne<Workspace>().WithMany().HasForeignKey(job => job.WorkspaceId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<PlatformUser>().WithMany().HasForeignKey(job => job.UserId).OnDelete(DeleteBehavior.Restrict);

        builder.HasOne<JobGroup>().WithMany().HasForeignKey(job => job.GroupId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(job => job.GroupId).HasFilter("group_id is not null");
        builder.HasIndex(job => new { job.WorkspaceId, job.Id });
        builder.HasIndex(job => job.PreviewHash).HasFilter("preview_hash is not null");
        builder.HasIndex(job => job.UserId).HasFilter("state in ('queued', 'running')").HasDatabaseName("ix_jobs_open");
        builder.HasIndex([nameof(Job.UserId)], "ix_jobs_running").HasFilter("state = 'running'");

        // A claim (JobSql.Claim) steps along it from member to member and takes the first job of each.
        builder.HasIndex(job => new { job.UserId, job.WorkspaceId, job.Priority, job.CreatedAt, job.Id }).IsDescending(false, false, true, false, false)
            .HasFilter("state = 'queued'").HasDatabaseName("ix_jobs_waiting");
        builder.HasIndex(job => new { job.WorkspaceId, job.UserId, job.IdempotencyKey }).IsUnique().HasFilter("idempotency_key is not null");
        builder.HasIndex(job => new { job.Kind, job.Model, job.FinishedAt }).HasFilter("state = 'succeeded'").HasDatabaseName("ix_jobs_durations");

        builder.OwnsMany(job => job.Attempts, attempt =>
        {
            attempt.ToTable("job_attempts");
            attempt.WithOwner().HasForeignKey("JobId");
            attempt.HasKey("JobId", nameof(JobAttempt.Number));
            attempt.Property(a => a.Number).ValueGeneratedNever();
        });
        builder.OwnsMany(job => job.Outputs, output =>
        {
            output.ToTable("job_outputs");
            output.WithOwner().HasForeignKey("JobId");
            output.HasKey("JobId", nameof(JobOutput.Index));
            output.Property(o => o.Index).ValueGeneratedNever();
            output.HasOne<Asset>().WithMany().HasForeignKey(o => o.AssetId).OnDelete(DeleteBehavior.Restrict);
            output.HasOne<GalleryItem>().WithMany().HasForeignKey(o => o.GalleryItemId).OnDelete(DeleteBehavior.Restrict);
        });
        builder.Ignore(job => job.Lease);
        builder.Ignore(job => job.IsFinished);
    }
}
