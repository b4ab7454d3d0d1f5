namespace Magvit.Domain.Assets;

/// <summary>Keeps bytes under their hash: the same bytes are kept once, and what is stored never changes.</summary>
public interface IArtifactStore
{
    /// <summary>Stores the rest of a stream. When the call returns, the bytes survive a power cut.</summary>
    /// <param name="content">The bytes; read to the end, not disposed.</param>
    /// <param name="cancellationToken">Stops the call; nothing is left behind.</param>
    /// <returns>The hash of the bytes.</returns>
    Task<ContentHash> PutAsync(Stream content, CancellationToken cancellationToken);

    /// <summary>Opens stored bytes for reading; the stream can seek.</summary>
    /// <param name="hash">Their hash.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The stream, or <see langword="null"/> when nothing is stored under the hash.</returns>
    Task<Stream?> OpenReadAsync(ContentHash hash, CancellationToken cancellationToken);

    /// <summary>The local file that holds the bytes, for programs such as ffmpeg; to be read only.</summary>
    /// <param name="hash">Their hash.</param>
    /// <returns>An absolute path, or <see langword="null"/> when nothing is stored under the hash on this machine.</returns>
    string? TryGetPath(ContentHash hash);

    /// <summary>Removes stored bytes; those who have them open may read on.</summary>
    /// <param name="hash">Their hash.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Whether anything was stored under the hash.</returns>
    Task<bool> DeleteAsync(ContentHash hash, CancellationToken cancellationToken);
}
