using Magvit.Domain.Models;
using Magvit.Domain.Workers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Magvit.Infrastructure.Data.Configurations;

internal sealed class WorkerModelConfiguration : IEntityTypeConfiguration<WorkerModel>
{
    public void Configure(EntityTypeBuilder<WorkerModel> builder)
    {
        builder.ToTable("worker_models");
        builder.HasKey(link => new { link.WorkerId, link.ModelName });
        builder.HasOne<WorkerNode>().WithMany().HasForeignKey(link => link.WorkerId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<InstalledModel>().WithMany().HasForeignKey(link => link.ModelName).OnDelete(DeleteBehavior.Cascade);
    }
}
