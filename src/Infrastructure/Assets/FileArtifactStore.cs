using System.Security.Cryptography;
using Magvit.Domain.Assets;

namespace Magvit.Infrastructure.Assets;

/// <summary>Keeps artifacts as files: <c>ab/cd/abcd…</c> under one folder, which may be shared by several processes and machines.</summary>
/// <remarks>
/// Bytes are written to a temporary name, flushed to the disk and renamed, then the folder is flushed: a file under a hash is whole, and after a
/// power cut it is there if <see cref="PutAsync"/> had returned. What a crash leaves in <c>tmp</c> is removed a day later. The only names
/// that reach the disk are a <see cref="ContentHash"/> and random ones, so no caller can point outside the folder.
/// </remarks>
internal sealed class FileArtifactStore : IArtifactStore
{
    private const int BufferBytes = 1 << 17;
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    private readonly string _root;
    private readonly string _temporary;

    public FileArtifactStore(string root, TimeProvider time)
    {
        _root = Path.GetFullPath(root);
        _temporary = Path.Combine(_root, "tmp");
        Directory.CreateDirectory(_temporary);
        RemoveAbandoned(time.GetUtcNow() - AbandonedAfter);
    }

    public async Task<ContentHash> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        var temporary = Path.Combine(_temporary, Path.GetRandomFileName());
        try
        {
            var hash = await WriteAsync(content, temporary, cancellationToken);
            Publish(temporary, PathOf(hash));
            return hash;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public Task<Stream?> OpenReadAsync(ContentHash hash, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult<Stream?>(new FileStream(PathOf(hash), new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous,
                BufferSize = BufferBytes,
            }));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public string? TryGetPath(ContentHash hash)
    {
        var path = PathOf(hash);
        return File.Exists(path) ? path : null;
    }

    public Task<bool> DeleteAsync(ContentHash hash, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(hash);
        if (!File.Exists(path))
        {
            return Task.FromResult(false);
        }

        File.Delete(path);
        return Task.FromResult(true);
    }

    private static async Task<ContentHash> WriteAsync(Stream content, string path, CancellationToken cancellationToken)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
            BufferSize = 0,
        });
        var buffer = new byte[BufferBytes];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            digest.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        RandomAccess.FlushToDisk(file.SafeFileHandle);
        return ContentHash.FromDigest(digest.GetHashAndReset());
    }

    private static void Publish(string temporary, string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);

        // When the same bytes are there already, or another process is putting them, replacing the file by its equal harms nobody.
        File.Move(temporary, path, overwrite: true);
        DirectoryFlush.Flush(folder);
        DirectoryFlush.Flush(Path.GetDirectoryName(folder)!);
    }

    private void RemoveAbandoned(DateTimeOffset before)
    {
        foreach (var file in new DirectoryInfo(_temporary).EnumerateFiles().Where(file => file.LastWriteTimeUtc < before))
        {
            file.Delete();
        }
    }

    private string PathOf(ContentHash hash) => Path.Combine(_root, hash.Value[..2], hash.Value[2..4], hash.Value);
}
