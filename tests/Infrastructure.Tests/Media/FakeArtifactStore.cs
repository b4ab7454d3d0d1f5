using Magvit.Domain.Assets;

namespace Magvit.Infrastructure.Tests.Media;

/// <summary>Keeps artifacts in a folder, named by their hash.</summary>
public sealed class FakeArtifactStore(string folder) : IArtifactStore
{
    public async Task<ContentHash> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        var hash = ContentHash.Of(copy.ToArray());
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, hash.Value), copy.ToArray(), cancellationToken);
        return hash;
    }

    public Task<Stream?> OpenReadAsync(ContentHash hash, CancellationToken cancellationToken) =>
        Task.FromResult<Stream?>(TryGetPath(hash) is { } path ? File.OpenRead(path) : null);

    public string? TryGetPath(ContentHash hash) => File.Exists(Path.Combine(folder, hash.Value)) ? Path.Combine(folder, hash.Value) : null;

    public Task<bool> DeleteAsync(ContentHash hash, CancellationToken cancellationToken) => throw new NotSupportedException();
}
