using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Assets;

/// <summary>Brings uploaded files into a workspace.</summary>
/// <param name="importer">Reads the files.</param>
/// <param name="assets">Keeps the result.</param>
/// <param name="time">The clock.</param>
public sealed class ImportAsset(IMediaImporter importer, IAssetRepository assets, TimeProvider time)
{
    /// <summary>Imports a video, an animated image, or still images that become the frames of one clip.</summary>
    /// <param name="actor">Who uploads; at least a creator.</param>
    /// <param name="files">Local files, in the order of the frames.</param>
    /// <param name="name">The name that people see.</param>
    /// <param name="cancellationToken">Stops the import.</param>
    /// <returns>The new asset.</returns>
    /// <exception cref="AccessDeniedException">The actor may only look.</exception>
    /// <exception cref="MediaImportException">The files cannot be used; the message is for the user.</exception>
    public Task<Asset> ImportAsync(Actor actor, IReadOnlyList<string> files, string name, CancellationToken cancellationToken)
        => ImportAsync(actor, files, name, isMask: false, imageRateHz: null, cancellationToken);

    /// <summary>Imports still images that become the frames of one clip, at a frame rate.</summary>
    /// <param name="actor">Who uploads; at least a creator.</param>
    /// <param name="files">Local files, in the order of the frames.</param>
    /// <param name="name">The name that people see.</param>
    /// <param name="imageRateHz">How many still images are shown in a second; <see langword="null"/> leaves it to the importer.</param>
    /// <param name="cancellationToken">Stops the import.</param>
    /// <returns>The new asset.</returns>
    /// <exception cref="AccessDeniedException">The actor may only look.</exception>
    /// <exception cref="MediaImportException">The files cannot be used; the message is for the user.</exception>
    public Task<Asset> ImportAsync(Actor actor, IReadOnlyList<string> files, string name, double? imageRateHz, CancellationToken cancellationToken)
        => ImportAsync(actor, files, name, isMask: false, imageRateHz, cancellationToken);

    /// <summary>Imports a mask that was drawn or uploaded.</summary>
    /// <param name="actor">Who uploads; at least a creator.</param>
    /// <param name="files">Local files: one image for all frames, or one a frame, or a video.</param>
    /// <param name="name">The name that people see.</param>
    /// <param name="cancellationToken">Stops the import.</param>
    /// <returns>The new asset.</returns>
    /// <exception cref="AccessDeniedException">The actor may only look.</exception>
    /// <exception cref="MediaImportException">The files cannot be used; the message is for the user.</exception>
    public Task<Asset> ImportMaskAsync(Actor actor, IReadOnlyList<string> files, string name, CancellationToken cancellationToken)
        => ImportAsync(actor, files, name, isMask: true, imageRateHz: null, cancellationToken);

    private async Task<Asset> ImportAsync(
        Actor actor, IReadOnlyList<string> files, string name, bool isMask, double? imageRateHz, CancellationToken cancellationToken)
    {
        actor.Require(MemberRole.Creator);
        var media = await importer.ImportAsync(files, name, imageRateHz, cancellationToken);
        var asset = Asset.Create(actor.WorkspaceId, isMask ? media with { Kind = AssetKind.Mask } : media, actor.UserId, time.GetUtcNow());
        await assets.AddAsync(asset, cancellationToken);
        return asset;
    }
}
