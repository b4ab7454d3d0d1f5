using Magvit.Domain.Assets;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Assets;

internal sealed class AssetRepository(IDbContextFactory<PlatformDb> databases) : IAssetRepository
{
    public async Task<Asset?> FindAsync(Guid workspaceId, Guid assetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Assets.AsNoTracking()
            .SingleOrDefaultAsync(asset => asset.WorkspaceId == workspaceId && asset.Id == assetId, cancellationToken);
    }

    public async Task<Guid?> FindNamedAsync(Guid workspaceId, string name, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Assets
            .Where(asset => asset.WorkspaceId == workspaceId && asset.Name == name)
            .OrderByDescending(asset => asset.Id)
            .Select(asset => (Guid?)asset.Id)
            .FirstOrDefaultAsync(cancellationToken);
    }

    public async Task AddAsync(Asset asset, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        db.Assets.Add(asset);
        await db.SaveChangesAsync(cancellationToken);
    }
}
