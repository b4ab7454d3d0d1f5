namespace Magvit.Domain.Assets;

/// <summary>Reads what users upload, makes the copies that the platform works with and puts all of it into the artifact store.</summary>
public interface IMediaImporter
{
    /// <summary>Imports a video, an animated image, or one or more still images that become the frames of one clip.</summary>
    /// <param name="files">Local files, in the order of the frames; they are left in place.</param>
    /// <param name="name">The name that people see; content is judged by the bytes, never by the name.</param>
    /// <param name="cancellationToken">Stops the import; nothing is left behind but artifacts by hash.</param>
    /// <returns>Hashes, facts and notes.</returns>
    /// <exception cref="MediaImportException">The files cannot be used; the message is for the user.</exception>
    Task<ImportedMedia> ImportAsync(IReadOnlyList<string> files, string name, CancellationToken cancellationToken);

    /// <summary>Imports as the other method does, with a frame rate for still images.</summary>
    /// <param name="files">Local files, in the order of the frames; they are left in place.</param>
    /// <param name="name">The name that people see.</param>
    /// <param name="imageRateHz">How many still images are shown in a second; <see langword="null"/> takes the importer's own. Videos keep theirs.</param>
    /// <param name="cancellationToken">Stops the import.</param>
    /// <returns>Hashes, facts and notes.</returns>
    /// <exception cref="MediaImportException">The files cannot be used; the message is for the user.</exception>
    Task<ImportedMedia> ImportAsync(IReadOnlyList<string> files, string name, double? imageRateHz, CancellationToken cancellationToken);
}
