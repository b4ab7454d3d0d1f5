using System.Net.Http.Headers;
using Magvit.Domain.Models;
using Magvit.Domain.Workers;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure;
using Magvit.Infrastructure.Identity;
using Magvit.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Magvit.Web.Tests.Harness;

/// <summary>The whole site on a fresh database: with an administrator, a creator, a viewer, and a stranger in another workspace.</summary>
public sealed class WebApp : IAsyncLifetime
{
    private TestPlatform? _platform;
    private WebApplicationFactory<Program>? _factory;

    public TestPlatform Platform => _platform!;

    public WebApplicationFactory<Program> Factory => _factory!;

    public IServiceProvider Services => Factory.Services;

    public Actor Admin { get; private set; } = null!;

    public Actor Creator { get; private set; } = null!;

    public Actor Viewer { get; private set; } = null!;

    /// <summary>An administrator of another workspace.</summary>
    public Actor Stranger { get; private set; } = null!;

    /// <summary>The running site, empty: nobody has signed up yet.</summary>
    public static async Task<WebApp> StartEmptyAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        var app = new WebApp();
        await app.StartAsync(settings ?? new Dictionary<string, string?>());
        return app;
    }

    public async ValueTask InitializeAsync()
    {
        await StartAsync(new Dictionary<string, string?>());
        Admin = await Platform.AddMemberAsync(MemberRole.Admin);
        Creator = await Platform.AddMemberAsync();
        Viewer = await Platform.AddMemberAsync(MemberRole.Viewer);
        Stranger = await AddStrangerAsync();
        await Get<IModelRegistry>().RegisterAsync(await AddWorkerAsync(), [TestPlatform.NewModel()], CancellationToken.None);
    }

    public T Get<T>()
        where T : notnull
        => Services.GetRequiredService<T>();

    /// <summary>A program with an API token of the user; <see langword="null"/>: without any.</summary>
    public async Task<HttpClient> ClientAsync(Actor? actor)
    {
        var client = Factory.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        if (actor is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await KeyAsync(actor));
        }

        return client;
    }

    /// <summary>A new API token.</summary>
    public async Task<string> KeyAsync(Actor actor) =>
        (await Get<IApiTokenRepository>().IssueAsync(actor, "test", CancellationToken.None)).Key;

    public async ValueTask DisposeAsync()
    {
        if (_factory is not null)
        {
            await _factory.DisposeAsync();
        }

        if (_platform is not null)
        {
            await _platform.DisposeAsync();
        }
    }

    private async Task StartAsync(IReadOnlyDictionary<string, string?> settings)
    {
        _platform = await TestPlatform.StartAsync(configure: services => services.AddJobWorkerInfrastructure());
        _factory = new WebApplicationFactory<Program>().WithWebHostBuilder(builder =>
        {
            builder.UseEnvironment("Development");
            foreach (var (name, value) in _platform.HostSettings().Concat(settings))
            {
                builder.UseSetting(name, value);
            }
        });
        _ = _factory.Server;
    }

    private async Task<int> AddWorkerAsync()
    {
        await using var db = await Platform.OpenAsync();
        db.Workers.Add(WorkerNode.Join(1, new WorkerDescription("test", "cpu", 1), DateTimeOffset.UtcNow));
        await db.SaveChangesAsync();
        return 1;
    }

    private async Task<Actor> AddStrangerAsync()
    {
        var now = DateTimeOffset.UtcNow;
        var workspace = Workspace.Create("Elsewhere", now);
        var user = new PlatformUser { Id = Guid.CreateVersion7(), UserName = "stranger@example.org", DisplayName = "stranger", CreatedAt = now };
        var member = Member.Create(workspace.Id, user.Id, MemberRole.Admin, now);
        await using var db = await Platform.OpenAsync();
        db.Workspaces.Add(workspace);
        db.Users.Add(user);
        db.Members.Add(member);
        await db.SaveChangesAsync();
        return member.ToActor();
    }
}
