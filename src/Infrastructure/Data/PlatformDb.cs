using Magvit.Domain.Assets;
using Magvit.Domain.Drafts;
using Magvit.Domain.Gallery;
using Magvit.Domain.Generation;
using Magvit.Domain.Groups;
using Magvit.Domain.Jobs;
using Magvit.Domain.Models;
using Magvit.Domain.Presets;
using Magvit.Domain.Workers;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Data;

/// <summary>The platform's database. Take one from <see cref="IDbContextFactory{TContext}"/> for each operation.</summary>
public sealed class PlatformDb(DbContextOptions<PlatformDb> options) : IdentityDbContext<PlatformUser, IdentityRole<Guid>, Guid>(options)
{
    public DbSet<Workspace> Workspaces => Set<Workspace>();

    public DbSet<Member> Members => Set<Member>();

    public DbSet<ApiToken> ApiTokens => Set<ApiToken>();

    public DbSet<Asset> Assets => Set<Asset>();

    public DbSet<Job> Jobs => Set<Job>();

    public DbSet<JobGroup> JobGroups => Set<JobGroup>();

    public DbSet<RunPreset> RunPresets => Set<RunPreset>();

    public DbSet<Draft> Drafts => Set<Draft>();

    public DbSet<GalleryItem> GalleryItems => Set<GalleryItem>();

    public DbSet<InstalledModel> Models => Set<InstalledModel>();

    public DbSet<WorkerNode> Workers => Set<WorkerNode>();

    internal DbSet<WorkerModel> WorkerModels => Set<WorkerModel>();

    internal DbSet<QueueTurn> QueueTurns => Set<QueueTurn>();

    internal DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<ContentHash>().HaveConversion<ContentHashConverter>().HaveMaxLength(ContentHash.Length);
        StoreAsText<JobGroupKind>();
        StoreAsText<JobKind>();
        StoreAsText<JobState>();
        StoreAsText<AttemptOutcome>();
        StoreAsText<AssetKind>();
        StoreAsText<GenerationTask>();
        StoreAsText<MemberRole>();
        StoreAsText<ModelKind>();
        StoreAsText<WorkerState>();

        void StoreAsText<TEnum>()
            where TEnum : struct, Enum
            => configurationBuilder.Properties<TEnum>().HaveConversion<EnumTextConverter<TEnum>>().HaveMaxLength(EnumTextConverter<TEnum>.MaxLength);
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasSequence<int>("worker_numbers");
        builder.HasSequence<long>("job_tokens");
        builder.ApplyConfigurationsFromAssembly(typeof(PlatformDb).Assembly);
        SnakeCaseNames.Apply(builder);
    }
}
