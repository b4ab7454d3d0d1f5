using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Domain.Models;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure;
using Magvit.Infrastructure.Data;
using Magvit.Infrastructure.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Magvit.Testing;

/// <summary>A platform without hosts: a fresh database, a data folder, and the services over them. Use it as a class fixture, or one a test.</summary>
public sealed class TestPlatform : IAsyncLifetime
{
    private TestDatabase? _database;
    private ServiceProvider? _services;
    private Workspace? _workspace;

    public IServiceProvider Services => _services ?? throw new InvalidOperationException("The platform has not started.");

    public string ConnectionString => _database?.ConnectionString ?? throw new InvalidOperationException("The platform has not started.");

    public string DataPath { get; } = Directory.CreateTempSubdirectory("magvit-test-").FullName;

    /// <summary>The only workspace.</summary>
    public Workspace Workspace => _workspace ?? throw new InvalidOperationException("The platform has not started.");

    public IJobQueue Queue => Get<IJobQueue>();

    /// <summary>Starts a platform with settings and services of one's own; dispose it.</summary>
    public static async Task<TestPlatform> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? configure = null)
    {
        var platform = new TestPlatform();
        await platform.InitializeAsync(settings ?? new Dictionary<string, string?>(), configure);
        return platform;
    }

    ValueTask IAsyncLifetime.InitializeAsync() => InitializeAsync(new Dictionary<string, string?>(), configure: null);

    public T Get<T>()
        where T : notnull
        => Services.GetRequiredService<T>();

    public async Task<PlatformDb> OpenAsync() => await Get<IDbContextFactory<PlatformDb>>().CreateDbContextAsync();

    /// <summary>The settings that a host needs to run on this platform.</summary>
    public Dictionary<string, string?> HostSettings() => new()
    {
        ["ConnectionStrings:Platform"] = ConnectionString,
        ["Platform:DataPath"] = DataPath,
        ["Platform:Examples"] = "false",
    };

    /// <summary>Adds a user with a role in the workspace.</summary>
    public async Task<Actor> AddMemberAsync(MemberRole role = MemberRole.Creator, string? name = null)
    {
        var now = DateTimeOffset.UtcNow;
        var id = Guid.CreateVersion7();
        name ??= $"user-{id:N}";
        var email = $"{name}@example.org";
        await using var db = await OpenAsync();
        db.Users.Add(new PlatformUser
        {
            Id = id,
            UserName = email,
            NormalizedUserName = email.ToUpperInvariant(),
            Email = email,
            NormalizedEmail = email.ToUpperInvariant(),
            DisplayName = name,
            CreatedAt = now,
        });
        var member = Member.Create(Workspace.Id, id, role, now);
        db.Members.Add(member);
        await db.SaveChangesAsync();
        return member.ToActor();
    }

    /// <summary>Adds an asset whose bytes nobody will read.</summary>
    public async Task<Asset> AddAssetAsync(Actor actor, AssetKind kind = AssetKind.Video, int frames = 32)
    {
        var asset = NewAsset(actor, kind, frames);
        await Get<IAssetRepository>().AddAsync(asset, CancellationToken.None);
        return asset;
    }

    /// <summary>How a clip came about, with settings as they are by default.</summary>
    public static Recipe NewRecipe(GenerationTask task = GenerationTask.FramePrediction, string model = "demo-64") => new()
    {
        Task = task,
        Model = new RecipeModel(model, new string('a', 64), new string('b', 64)),
        Seed = 1,
        Steps = 12,
        Schedule = GenerationSchedules.Cosine,
        Temperature = 4.5,
        Guidance = 0,
        KeepInput = false,
        SoftwareVersion = "test",
        Device = "cpu",
        TokensHash = new string('c', 64),
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    /// <summary>An asset that is not stored, such as a job's result.</summary>
    public static Asset NewAsset(Actor actor, AssetKind kind = AssetKind.Generated, int frames = 16)
    {
        var hash = ContentHash.Of(Guid.NewGuid().ToByteArray());
        return Asset.Create(
            actor.WorkspaceId,
            new ImportedMedia
            {
                Kind = kind,
                Name = "A clip",
                Sha256 = hash,
                ProxySha256 = hash,
                PosterSha256 = hash,
                SheetSha256 = hash,
                Frames = frames,
                Width = 64,
                Height = 64,
                FrameRate = 8,
                SizeBytes = 1000,
                Notes = ["Sound removed."],
            },
            actor.UserId,
            DateTimeOffset.UtcNow);
    }

    /// <summary>A model that can do everything, with two classes.</summary>
    public static InstalledModel NewModel(string name = "demo-64") => new()
    {
        Name = name,
        Kind = ModelKind.Transformer,
        Preset = "demo-64",
        ModelHash = new string('a', 64),
        TokenizerHash = new string('b', 64),
        Frames = 16,
        Height = 64,
        Width = 64,
        TokenGrid = new TokenGrid(4, 16, 16),
        ClassNames = ["run", "jump"],
        Tasks = [.. GenerationTaskCatalog.All.Select(info => info.Task)],
        ParameterCount = 15_000_000,
        Licence = "CC0-1.0",
    };

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        Directory.Delete(DataPath, recursive: true);
    }

    private async ValueTask InitializeAsync(IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection>? configure)
    {
        _database = await TestDatabase.CreateAsync();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(HostSettings()).AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection().AddLogging().AddPlatformInfrastructure(configuration);
        configure?.Invoke(services);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        _workspace = Workspace.Create("Test", DateTimeOffset.UtcNow);
        await using var db = await OpenAsync();
        db.Workspaces.Add(_workspace);
        await db.SaveChangesAsync();
    }
}
