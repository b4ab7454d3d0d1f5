using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Magvit.Domain.Json;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure;
using Microsoft.Extensions.Options;

namespace Magvit.Web.Uploads;

/// <summary>Files on their way in. Each is a part file whose length is the offset, beside a small description.</summary>
/// <remarks>
/// The id follows from user, key and size, so that the same file chosen again after a reload finds its part file and goes on there.
/// A chunk that breaks off is cut back to where it began; a crash leaves at most a part file, which <see cref="UploadCleaner"/> removes.
/// </remarks>
internal sealed class UploadStore(string folder, TimeProvider time)
{
    private const int CopyBufferBytes = 128 * 1024;

    public UploadStore(IOptions<PlatformOptions> options, TimeProvider time)
        : this(Path.Combine(Path.GetFullPath(options.Value.DataPath), "uploads"), time)
    {
    }

    /// <summary>Begins an upload or finds the one that was begun with the same key and size.</summary>
    public async Task<UploadState> OpenAsync(Actor actor, string key, string name, long size, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var id = IdOf(actor, key, size);
        File.Delete(DonePath(id));
        var description = new Description(actor.UserId, actor.WorkspaceId, name, size);
        await File.WriteAllBytesAsync(DescriptionPath(id), JsonSerializer.SerializeToUtf8Bytes(description, PlatformJson.Compact), cancellationToken);
        if (!File.Exists(PartPath(id)))
        {
            await File.WriteAllBytesAsync(PartPath(id), [], cancellationToken);
        }

        return State(id, description);
    }

    /// <summary>The upload, if it is this user's.</summary>
    public async Task<UploadState?> FindAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        if (!IsId(id) || !File.Exists(DescriptionPath(id)))
        {
            return null;
        }

        var bytes = await File.ReadAllBytesAsync(DescriptionPath(id), cancellationToken);
        var description = JsonSerializer.Deserialize<Description>(bytes, PlatformJson.Compact)!;
        return description.UserId == actor.UserId && description.WorkspaceId == actor.WorkspaceId ? State(id, description) : null;
    }

    /// <summary>Appends a chunk; when the call returns <see cref="ChunkResult.Stored"/>, the bytes are on disk.</summary>
    public async Task<(ChunkResult Result, long Offset)> AppendAsync(
        Actor actor, string id, long offset, Stream chunk, CancellationToken cancellationToken)
    {
        if (await FindAsync(actor, id, cancellationToken) is not { } upload)
        {
            return (ChunkResult.Unknown, 0);
        }

        FileStream part;
        try
        {
            part = new FileStream(PartPath(id), FileMode.Open, FileAccess.Write, FileShare.None);
        }
        catch (IOException)
        {
            return (ChunkResult.Busy, upload.Offset);
        }

        await using (part)
        {
            if (part.Length != offset)
            {
                return (ChunkResult.WrongOffset, part.Length);
            }

            part.Position = offset;
            var whole = false;
            try
            {
                whole = await CopyAsync(chunk, part, upload.Size, cancellationToken);
                await part.FlushAsync(cancellationToken);
                RandomAccess.FlushToDisk(part.SafeFileHandle);
            }
            finally
            {
                if (!whole)
                {
                    part.SetLength(offset);
                }
            }

            File.SetLastWriteTimeUtc(DescriptionPath(id), time.GetUtcNow().UtcDateTime);
            return whole ? (ChunkResult.Stored, part.Length) : (ChunkResult.TooLong, offset);
        }
    }

    /// <summary>Takes a file of the server's own over as a finished upload; a file of the same key and size replaces the one before.</summary>
    public async Task<UploadState> TakeAsync(Actor actor, string key, string name, string path, CancellationToken cancellationToken)
    {
        var state = await OpenAsync(actor, key, name, new FileInfo(path).Length, cancellationToken);
        File.Move(path, PartPath(state.Id), overwrite: true);
        return state with { Offset = state.Size };
    }

    /// <summary>Remembers what uploads became, and forgets their bytes.</summary>
    public async Task FinishAsync(Actor actor, IReadOnlyList<string> ids, Guid assetId, CancellationToken cancellationToken)
    {
        var imported = new ImportedUploads(actor.UserId, actor.WorkspaceId, ids, assetId);
        await File.WriteAllBytesAsync(DonePath(ids[0]), JsonSerializer.SerializeToUtf8Bytes(imported, PlatformJson.Compact), cancellationToken);
        foreach (var id in ids)
        {
            Remove(id);
        }
    }

    /// <summary>The asset that these uploads of this user have become, if they have.</summary>
    public async Task<Guid?> FindFinishedAsync(Actor actor, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (!IsId(ids[0]) || !File.Exists(DonePath(ids[0])))
        {
            return null;
        }

        var imported = JsonSerializer.Deserialize<ImportedUploads>(await File.ReadAllBytesAsync(DonePath(ids[0]), cancellationToken), PlatformJson.Compact)!;
        return imported.UserId == actor.UserId && imported.WorkspaceId == actor.WorkspaceId && imported.Uploads.SequenceEqual(ids) ? imported.AssetId : null;
    }

    /// <summary>The file that holds the bytes so far.</summary>
    public string PartPath(string id) => Path.Combine(folder, id + ".part");

    /// <summary>A new, empty folder for the files of one request; whoever asks removes it.</summary>
    public string CreateFolder() => Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString("N"))).FullName;

    /// <summary>Forgets an upload; nothing happens when it is gone already.</summary>
    public void Remove(string id)
    {
        File.Delete(PartPath(id));
        File.Delete(DescriptionPath(id));
    }

    /// <summary>Removes uploads that nobody has added to since <paramref name="limit"/>.</summary>
    /// <returns>How many were removed.</returns>
    public int RemoveOlderThan(DateTimeOffset limit)
    {
        if (!Directory.Exists(folder))
        {
            return 0;
        }

        var removed = 0;
        foreach (var description in Directory.EnumerateFiles(folder, "*.json"))
        {
            if (File.GetLastWriteTimeUtc(description) < limit.UtcDateTime)
            {
                Remove(Path.GetFileNameWithoutExtension(description));
                removed++;
            }
        }

        foreach (var done in Directory.EnumerateFiles(folder, "*.done").Where(path => File.GetLastWriteTimeUtc(path) < limit.UtcDateTime))
        {
            File.Delete(done);
        }

        // Folders of requests that a crash cut off.
        foreach (var request in Directory.EnumerateDirectories(folder).Where(path => Directory.GetLastWriteTimeUtc(path) < limit.UtcDateTime))
        {
            Directory.Delete(request, recursive: true);
            removed++;
        }

        return removed;
    }

    /// <returns>Whether the chunk fitted into the announced size.</returns>
    private static async Task<bool> CopyAsync(Stream chunk, FileStream part, long size, CancellationToken cancellationToken)
    {
        var buffer = new byte[CopyBufferBytes];
        int read;
        while ((read = await chunk.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (part.Position + read > size)
            {
                return false;
            }

            await part.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return true;
    }

    private static string IdOf(Actor actor, string key, long size) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{actor.WorkspaceId}|{actor.UserId}|{size}|{key}")).AsSpan(0, 16));

    private UploadState State(string id, Description description) =>
        new(id, description.Name, description.Size, new FileInfo(PartPath(id)) is { Exists: true } part ? part.Length : 0);

    private static bool IsId(string id) => id.Length == 32 && id.All(char.IsAsciiHexDigitLower);

    private string DonePath(string id) => Path.Combine(folder, id + ".done");

    private string DescriptionPath(string id) => Path.Combine(folder, id + ".json");

    private sealed record Description(Guid UserId, Guid WorkspaceId, string Name, long Size);
}
