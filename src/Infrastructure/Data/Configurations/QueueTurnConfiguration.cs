using Magvit.Infrastructure.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Magvit.Infrastructure.Data.Configurations;

internal sealed class QueueTurnConfiguration : IEntityTypeConfiguration<QueueTurn>
{
    public void Configure(EntityTypeBuilder<QueueTurn> builder)
    {
        builder.ToTable("queue_turns");
        builder.HasKey(turn => turn.UserId);
        builder.HasOne<PlatformUser>().WithMany().HasForeignKey(turn => turn.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
