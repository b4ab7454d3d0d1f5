using Magvit.Domain.Generation;
using Magvit.Domain.Models;
using Magvit.Domain.Workers;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Identity;
using Magvit.LoadBench.Hosts;
using Magvit.Testing;
using Npgsql;
using NpgsqlTypes;

namespace Magvit.LoadBench.Seeding;

/// <summary>Fills a database as half a year of work fills it: teams, jobs with their tries, and results with their recipes.</summary>
/// <remarks>People and models come through the platform's own code; the many rows are made by the database itself (<see cref="SeedSql"/>).</remarks>
internal static class PlatformSeed
{
    public const string Model = "demo-64";

    /// <summary>The task that <see cref="SeedSize.RareItems"/> were made with; no other item was.</summary>
    public const GenerationTask RareTask = GenerationTask.ClassFramePrediction;

    public static readonly IReadOnlyList<string> Models = [Model, "magvit-b-64", "magvit-b-128"];

    private const int Workers = 4;
    private static readonly TimeSpan Span = TimeSpan.FromDays(180);

    public static async Task<SeededPlatform> FillAsync(LoadDatabase database, SeedSize size, CancellationToken cancellationToken)
    {
        var start = DateTimeOffset.UtcNow - Span;
        var members = await AddPeopleAsync(database, start, cancellationToken);
        await AddModelsAsync(database, start, cancellationToken);
        await FillTablesAsync(database, size, members, start, cancellationToken);
        return new SeededPlatform(database, members);
    }

    private static async Task<IReadOnlyList<Actor>> AddPeopleAsync(LoadDatabase database, DateTimeOffset start, CancellationToken cancellationToken)
    {
        await using var db = await database.OpenAsync(cancellationToken);
        var actors = new List<Actor>();
        for (var w = 0; w < SeedSize.Workspaces; w++)
        {
            var workspace = Workspace.Create($"Team {w + 1}", start);
            db.Workspaces.Add(workspace);
            for (var m = 0; m < SeedSize.MembersPerWorkspace; m++)
            {
                var email = $"member{m + 1}@team{w + 1}.example.org";
                var user = new PlatformUser
                {
                    Id = Guid.CreateVersion7(start),
                    UserName = email,
                    NormalizedUserName = email.ToUpperInvariant(),
                    Email = email,
                    NormalizedEmail = email.ToUpperInvariant(),
                    DisplayName = $"Member {m + 1}",
                    CreatedAt = start,
                };
                var member = Member.Create(workspace.Id, user.Id, m == 0 ? MemberRole.Admin : MemberRole.Creator, start);
                db.Users.Add(user);
                db.Members.Add(member);
                actors.Add(member.ToActor());
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        return actors;
    }

    private static async Task AddModelsAsync(LoadDatabase database, DateTimeOffset start, CancellationToken cancellationToken)
    {
        await using var db = await database.OpenAsync(cancellationToken);
        db.Workers.AddRange(Enumerable.Range(1, Workers).Select(id => WorkerNode.Join(id, new WorkerDescription($"host-{id}", "cpu", id), start)));
        await db.SaveChangesAsync(cancellationToken);
        await database.Get<IModelRegistry>().RegisterAsync(1, [.. Models.Select(TestPlatform.NewModel)], cancellationToken);
    }

    private static async Task FillTablesAsync(
        LoadDatabase database, SeedSize size, IReadOnlyList<Actor> members, DateTimeOffset start, CancellationToken cancellationToken)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, SeedSql.Prepare, cancellationToken);
        var last = Math.Max(size.Jobs, (size.GalleryItems + 1) * size.JobsPerItem * SeedSize.Workspaces);
        var tasks = GenerationTaskCatalog.All.Where(info => info.Task != RareTask).Select(info => info.Name).ToArray();
        NpgsqlParameter[] everything =
        [
            new("workspaces", members.Select(member => member.WorkspaceId).Distinct().ToArray()),
            new("users", members.Select(member => member.UserId).ToArray()),
            new("members", SeedSize.MembersPerWorkspace),
            new("workers", Workers),
            new("finished", size.FinishedJobs),
            new("jobs", size.Jobs),
            new("items", size.GalleryItems),
            new("rare_items", size.RareItems),
            new("jobs_per_item", size.JobsPerItem),
            new("start", start),
            new("gap", Span / last),
            new("tasks", tasks),
            new("rare_task", GenerationTaskCatalog.Get(RareTask).Name),
            new("models", Models.ToArray()),
            new("payload", NpgsqlDbType.Jsonb) { Value = new GenerationRequest { Task = GenerationTask.FramePrediction }.ToJson() },
            new("recipe", NpgsqlDbType.Jsonb) { Value = (TestPlatform.NewRecipe(model: Model) with { KeepInput = true }).ToJson() },
        ];
        foreach (var statement in SeedSql.Fill)
        {
            // Those that a statement does not name are not sent.
            await ExecuteAsync(connection, statement, cancellationToken, [.. everything.Select(parameter => parameter.Clone())]);
        }

        // As autovacuum leaves tables that have come to rest; the checkpoint keeps the seed's writes out of what is measured.
        foreach (var statement in SeedSql.Finish)
        {
            await ExecuteAsync(connection, statement, cancellationToken);
        }
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
