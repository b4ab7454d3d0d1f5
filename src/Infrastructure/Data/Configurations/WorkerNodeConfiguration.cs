using Magvit.Domain.Workers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Magvit.Infrastructure.Data.Configurations;

internal sealed class WorkerNodeConfiguration : IEntityTypeConfiguration<WorkerNode>
{
    public void Configure(EntityTypeBuilder<WorkerNode> builder)
    {
        builder.ToTable("workers");
        builder.Property(worker => worker.Id).ValueGeneratedNever();
        builder.Property(worker => worker.Host).HasMaxLength(200);
        builder.Property(worker => worker.Device).HasMaxLength(200);
        builder.PrimitiveCollection(worker => worker.LoadedModels);
        builder.HasIndex(worker => worker.LastSeenAt);
    }
}
