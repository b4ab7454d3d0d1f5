using Magvit.Domain.Assets;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Assets;

/// <summary>Assets as pages show them.</summary>
public sealed class AssetQueries(IDbContextFactory<PlatformDb> databases)
{
    /// <summary>A workspace's assets, newest first.</summary>
    public async Task<Page<AssetSummary>> ListAsync(
        Guid workspaceId, AssetFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var assets = db.Assets.AsNoTracking().Where(asset => asset.WorkspaceId == workspaceId);
        if (filter.Kinds.Count > 0)
        {
            assets = assets.Where(asset => filter.Kinds.Contains(asset.Kind));
        }

        if (page.Before is { } before)
        {
            assets = assets.Where(asset => asset.Id.CompareTo(before) < 0);
        }

        var rows = await Summaries(db, assets.OrderByDescending(asset => asset.Id).Take(page.Size + 1)).ToListAsync(cancellationToken);
        return page.ToPage(rows, row => row.Id);
    }

    public async Task<AssetSummary?> FindAsync(Guid workspaceId, Guid assetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var assets = db.Assets.AsNoTracking().Where(asset => asset.WorkspaceId == workspaceId && asset.Id == assetId);
        return await Summaries(db, assets).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>The newest asset of the workspace whose original has this hash, such as the mask of a recipe.</summary>
    public async Task<Guid?> FindIdAsync(Guid workspaceId, ContentHash hash, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await FindIdAsync(db, workspaceId, hash, cancellationToken);
    }

    /// <summary>Whether an artifact belongs to an asset, or is a job's preview, of the workspace: only then may its members read it.</summary>
    public async Task<bool> MayReadAsync(Guid workspaceId, ContentHash hash, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Assets.AnyAsync(
                asset => asset.WorkspaceId == workspaceId
                    && (asset.Sha256 == hash || asset.ProxySha256 == hash || asset.PosterSha256 == hash || asset.SheetSha256 == hash),
                cancellationToken)
            || await db.Jobs.AnyAsync(job => job.WorkspaceId == workspaceId && job.PreviewHash == hash, cancellationToken);
    }

    internal static Task<Guid?> FindIdAsync(PlatformDb db, Guid workspaceId, ContentHash hash, CancellationToken cancellationToken) => db.Assets
        .Where(asset => asset.WorkspaceId == workspaceId && asset.Sha256 == hash)
        .OrderByDescending(asset => asset.Id)
        .Select(asset => (Guid?)asset.Id)
        .FirstOrDefaultAsync(cancellationToken);

    internal static IQueryable<AssetSummary> Summaries(PlatformDb db, IQueryable<Asset> assets)
        => from asset in assets
           select new AssetSummary
           {
               Id = asset.Id,
               Kind = asset.Kind,
               Name = asset.Name,
               Sha256 = asset.Sha256,
               ProxySha256 = asset.ProxySha256,
               PosterSha256 = asset.PosterSha256,
               SheetSha256 = asset.SheetSha256,
               Frames = asset.Frames,
               Width = asset.Width,
               Height = asset.Height,
               FrameRate = asset.FrameRate,
               SizeBytes = asset.SizeBytes,
               Notes = asset.Notes,
               CreatedBy = asset.CreatedBy,
               CreatedByName = db.Users.Where(user => user.Id == asset.CreatedBy).Select(user => user.DisplayName).FirstOrDefault() ?? "",
               CreatedAt = asset.CreatedAt,
           };
}
