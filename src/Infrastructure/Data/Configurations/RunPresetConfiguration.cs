using Magvit.Domain.Presets;
using Magvit.Domain.Workspaces;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Magvit.Infrastructure.Data.Configurations;

internal sealed class RunPresetConfiguration : IEntityTypeConfiguration<RunPreset>
{
    public void Configure(EntityTypeBuilder<RunPreset> builder)
    {
        builder.ToTable("run_presets");
        builder.Property(preset => preset.Id).ValueGeneratedNever();
        builder.Property(preset => preset.Name).HasMaxLength(RunPreset.MaxName);
        builder.Property(preset => preset.Settings).HasColumnType("jsonb").HasConversion(settings => settings.ToJson(), json => RunPresetSettings.FromJson(json));
        builder.HasOne<Workspace>().WithMany().HasForeignKey(preset => preset.WorkspaceId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(preset => new { preset.WorkspaceId, preset.Name }).IsUnique().HasFilter("deleted_at is null");
    }
}
