using System.Text.RegularExpressions;
using Magvit.Domain.Assets;
using Magvit.Domain.Gallery;
using Magvit.Domain.Generation;
using Magvit.Infrastructure.Assets;
using Magvit.Infrastructure.Data;
using Magvit.Infrastructure.Data.Configurations;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Gallery;

/// <summary>Results as pages show them.</summary>
public sealed class GalleryQueries(IDbContextFactory<PlatformDb> databases)
{
    /// <summary>A workspace's results, newest first.</summary>
    public async Task<Page<GallerySummary>> ListAsync(
        Guid workspaceId, GalleryFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var items = Matching(db, workspaceId, filter);
        if (page.Before is { } before)
        {
            items = items.Where(item => item.Id.CompareTo(before) < 0);
        }

        var rows = await Summaries(db, items.OrderByDescending(item => item.Id).Take(page.Size + 1))
            .OrderByDescending(row => row.Id)
            .ToListAsync(cancellationToken);
        return page.ToPage(rows, row => row.Id);
    }

    /// <summary>How many results match.</summary>
    public async Task<int> CountAsync(Guid workspaceId, GalleryFilter filter, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Matching(db, workspaceId, filter).CountAsync(cancellationToken);
    }

    public async Task<GalleryDetails?> FindAsync(Guid workspaceId, Guid itemId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var ofWorkspace = db.GalleryItems.AsNoTracking().Where(item => item.WorkspaceId == workspaceId);
        if (await Summaries(db, ofWorkspace.Where(item => item.Id == itemId)).SingleOrDefaultAsync(cancellationToken) is not { } found)
        {
            return null;
        }

        var parentIds = found.ParentIds.ToArray();
        var parents = await AssetQueries.Summaries(db, db.Assets.AsNoTracking().Where(asset => asset.WorkspaceId == workspaceId && parentIds.Contains(asset.Id)))
            .ToListAsync(cancellationToken);
        var siblings = ofWorkspace.Where(item => found.JobId != null && item.JobId == found.JobId && item.Id != itemId && item.DeletedAt == null);
        return new GalleryDetails(
            found,
            parents,
            await Summaries(db, siblings).OrderBy(row => row.Id).ToListAsync(cancellationToken),
            await FindIdAsync(found.Recipe.Input?.Sha256),
            await FindIdAsync(found.Recipe.Mask));

        async Task<Guid?> FindIdAsync(ContentHash? hash) => hash is { } content
            ? parents.Find(parent => parent.Sha256 == content)?.Id ?? await AssetQueries.FindIdAsync(db, workspaceId, content, cancellationToken)
            : null;
    }

    private static IQueryable<GalleryItem> Matching(PlatformDb db, Guid workspaceId, GalleryFilter filter)
    {
        var items = db.GalleryItems.AsNoTracking()
            .Where(item => item.WorkspaceId == workspaceId && (filter.IsDeleted ? item.DeletedAt != null : item.DeletedAt == null));
        if (filter.Task is { } task)
        {
            var name = GenerationTaskCatalog.Get(task).Name;
            items = items.Where(item => EF.Property<string>(item, GalleryItemConfiguration.TaskColumn) == name);
        }

        if (filter.Model is { } model)
        {
            items = items.Where(item => EF.Property<string>(item, GalleryItemConfiguration.ModelColumn) == model);
        }

        if (filter.CreatedBy is { } user)
        {
            items = items.Where(item => item.CreatedBy == user);
        }

        if (!string.IsNullOrWhiteSpace(filter.Text))
        {
            var pattern = $"%{Regex.Replace(filter.Text.Trim(), @"[\\%_]", @"\$0")}%";
            items = items.Where(item => EF.Functions.ILike(item.Title, pattern, @"\"));
        }

        return items;
    }

    private static IQueryable<GallerySummary> Summaries(PlatformDb db, IQueryable<GalleryItem> items)
        => from item in items
           join asset in AssetQueries.Summaries(db, db.Assets) on item.AssetId equals asset.Id
           select new GallerySummary
           {
               Id = item.Id,
               Title = item.Title,
               JobId = item.JobId,
               Asset = asset,
               Recipe = item.Recipe,
               ParentIds = item.ParentIds,
               CreatedBy = item.CreatedBy,
               CreatedByName = asset.CreatedByName,
               CreatedAt = item.CreatedAt,
               DeletedAt = item.DeletedAt,
           };
}
