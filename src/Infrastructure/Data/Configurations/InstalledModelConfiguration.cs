using Magvit.Domain.Generation;
using Magvit.Domain.Models;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Magvit.Infrastructure.Data.Configurations;

internal sealed class InstalledModelConfiguration : IEntityTypeConfiguration<InstalledModel>
{
    public void Configure(EntityTypeBuilder<InstalledModel> builder)
    {
        builder.ToTable("models");
        builder.HasKey(model => model.Name);
        builder.Property(model => model.Name).HasMaxLength(100);
        builder.Property(model => model.Preset).HasMaxLength(100);
        builder.Property(model => model.ModelHash).HasMaxLength(64);
        builder.Property(model => model.TokenizerHash).HasMaxLength(64);
        builder.Property(model => model.Licence).HasMaxLength(100);
        builder.PrimitiveCollection(model => model.ClassNames);
        builder.Property(model => model.TokenGrid).HasColumnType("integer[]").HasConversion(
            grid => new[] { grid.Frames, grid.Height, grid.Width },
            sizes => new TokenGrid(sizes[0], sizes[1], sizes[2]));
        builder.Property(model => model.Tasks).HasColumnType("text[]").HasConversion(
            tasks => tasks.Select(EnumTextConverter<GenerationTask>.ToText).ToArray(),
            names => names.Select(EnumTextConverter<GenerationTask>.FromText).ToArray(),
            new ValueComparer<IReadOnlyList<GenerationTask>>(
                (left, right) => left!.SequenceEqual(right!),
                tasks => tasks.Aggregate(0, HashCode.Combine),
                tasks => tasks.ToArray()));
    }
}
