using Magvit.Domain.Assets;
using Magvit.Domain.Gallery;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Magvit.Infrastructure.Examples;

/// <summary>Gives each new workspace its examples: clips to work on in the library, results in the gallery. Once; what is deleted stays deleted.</summary>
public sealed class WorkspaceExamples
{
    private readonly IDbContextFactory<PlatformDb> _databases;
    private readonly ExampleFiles _files;
    private readonly PlatformOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<WorkspaceExamples> _logger;

    internal WorkspaceExamples(
        IDbContextFactory<PlatformDb> databases, ExampleFiles files, IOptions<PlatformOptions> options, TimeProvider time, ILogger<WorkspaceExamples> logger)
        => (_databases, _files, _options, _time, _logger) = (databases, files, options.Value, time, logger);

    /// <summary>Gives examples to every workspace that has members and none yet. Several processes may call it at once.</summary>
    /// <param name="cancellationToken">Stops the call; a workspace has all of its examples or none.</param>
    /// <returns>How many workspaces got some.</returns>
    public async Task<int> AddMissingAsync(CancellationToken cancellationToken)
    {
        if (!_options.Examples)
        {
            return 0;
        }

        List<Guid> waiting;
        await using (var db = await _databases.CreateDbContextAsync(cancellationToken))
        {
            if (!await db.Workspaces.AnyAsync(cancellationToken))
            {
                await _files.StoreAsync(cancellationToken); // nobody waits yet: the files are ready when the first account is made
                return 0;
            }

            waiting = await db.Workspaces.Where(workspace => workspace.ExamplesAddedAt == null && db.Members.Any(member => member.WorkspaceId == workspace.Id))
                .Select(workspace => workspace.Id).ToListAsync(cancellationToken);
        }

        var served = 0;
        foreach (var workspaceId in waiting)
        {
            served += await AddAsync(workspaceId, await _files.StoreAsync(cancellationToken), cancellationToken) ? 1 : 0;
        }

        return served;
    }

    private async Task<bool> AddAsync(Guid workspaceId, IReadOnlyList<ExampleClip> clips, CancellationToken cancellationToken)
    {
        await using var db = await _databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({AdvisoryLocks.Examples}, 0)", cancellationToken);
        var workspace = await db.Workspaces.SingleAsync(w => w.Id == workspaceId, cancellationToken);
        var owner = await db.Members.Where(member => member.WorkspaceId == workspaceId)
            .OrderByDescending(member => member.Role == MemberRole.Admin).ThenBy(member => member.JoinedAt)
            .Select(member => (Guid?)member.UserId).FirstOrDefaultAsync(cancellationToken);
        if (workspace.ExamplesAddedAt is not null || owner is null)
        {
            return false;
        }

        // Lists show the newest first: the first file is the newest.
        var now = _time.GetUtcNow();
        var made = clips.Select((clip, i) => (clip.Recipe, Asset: Asset.Create(workspaceId, clip.Media, owner.Value, now.AddMilliseconds(-i)))).ToList();
        foreach (var (recipe, asset) in made)
        {
            db.Assets.Add(asset);
            if (recipe is not null)
            {
                var input = made.FirstOrDefault(other => other.Recipe is null && other.Asset.Sha256 == recipe.Input?.Sha256).Asset;
                db.GalleryItems.Add(GalleryItem.CreateExample(asset, recipe, input is null ? [] : [input.Id]));
            }
        }

        workspace.MarkExamplesAdded(now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _logger.ExamplesAdded(made.Count, workspaceId);
        return made.Count > 0;
    }
}
