namespace Magvit.Web.Uploads;

/// <summary>How far an upload has come.</summary>
/// <param name="Id">The upload's id.</param>
/// <param name="Name">The file's name, for people.</param>
/// <param name="Size">The file's whole size in bytes.</param>
/// <param name="Offset">How many bytes the server has; the next chunk begins there.</param>
internal sealed record UploadState(string Id, string Name, long Size, long Offset)
{
    public bool IsComplete => Offset == Size;
}
