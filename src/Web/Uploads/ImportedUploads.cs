namespace Magvit.Web.Uploads;

/// <summary>What finished uploads became, kept for a day: whoever did not get the answer asks again and gets the same asset.</summary>
/// <param name="UserId">Whose uploads they were.</param>
/// <param name="WorkspaceId">The workspace of the asset.</param>
/// <param name="Uploads">The uploads, in the order of the frames.</param>
/// <param name="AssetId">The asset.</param>
internal sealed record ImportedUploads(Guid UserId, Guid WorkspaceId, IReadOnlyList<string> Uploads, Guid AssetId);
