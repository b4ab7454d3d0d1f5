namespace Magvit.Domain.Assets;

/// <summary>The assets of all workspaces.</summary>
public interface IAssetRepository
{
    /// <summary>Finds an asset of a workspace.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="assetId">The asset.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The asset, or <see langword="null"/> when that workspace has none with this id.</returns>
    Task<Asset?> FindAsync(Guid workspaceId, Guid assetId, CancellationToken cancellationToken);

    /// <summary>Finds the newest asset with a name.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="name">The whole name, as people see it.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Its id, or <see langword="null"/> when that workspace has none with this name.</returns>
    Task<Guid?> FindNamedAsync(Guid workspaceId, string name, CancellationToken cancellationToken);

    /// <summary>Adds an asset.</summary>
    /// <param name="asset">The new asset.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>A task that ends when the asset is stored.</returns>
    Task AddAsync(Asset asset, CancellationToken cancellationToken);
}
