using System.Buffers.Binary;
using System.IO.Compression;

namespace Magvit.Infrastructure.Media;

/// <summary>Takes videos and pictures out of a zip that nobody vouches for.</summary>
/// <remarks>
/// Names in the archive never become paths. Sizes are counted while they are written, not believed; what expands beyond reason, shares bytes
/// between entries, holds archives of its own or points outside of itself is refused as a whole.
/// </remarks>
public static class MediaArchive
{
    /// <summary>Bytes out for one byte in. Media are compressed already: videos stay near 1, drawn pictures as bitmaps below 100.</summary>
    private const int MaxRatio = 200;

    /// <summary>Below this size the ratio says nothing.</summary>
    private const long RatioFrom = 4 << 20;

    /// <summary>The list of entries; more would take the memory of the server before the first is looked at.</summary>
    private const int MaxDirectoryBytes = 4 << 20;

    private const int EndRecordBytes = 22;
    private const int LongestComment = 0xFFFF;
    private const int CopyBufferBytes = 128 * 1024;
    private const int UnixTypeMask = 0xF000;
    private const int UnixRegularFile = 0x8000;

    private static readonly byte[][] ArchiveSignatures =
    [
        [.. "PK\u0003\u0004"u8], [.. "PK\u0005\u0006"u8], [.. "Rar!"u8], [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], [0x1F, 0x8B], [0xFD, .. "7zXZ"u8], [.. "BZh"u8],
        [0x28, 0xB5, 0x2F, 0xFD],
    ];

    /// <summary>Whether a file begins like a zip.</summary>
    public static bool IsArchive(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[4];
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && (head.SequenceEqual("PK\u0003\u0004"u8) || head.SequenceEqual("PK\u0005\u0006"u8));
    }

    /// <summary>Unpacks all files of an archive, whatever folders they are in; what systems add of their own is left out.</summary>
    /// <param name="archive">The zip.</param>
    /// <param name="folder">An empty folder for the files; what lies there after a failure is the caller's to remove.</param>
    /// <param name="limits">How much may come out.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The files, in the order of the archive.</returns>
    /// <exception cref="MediaException">The archive is refused; the message is for the user.</exception>
    public static async Task<IReadOnlyList<ArchiveFile>> UnpackAsync(
        string archive, string folder, ArchiveLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        try
        {
            await using var file = new FileStream(archive, FileMode.Open, FileAccess.Read, FileShare.Read);
            CheckDirectory(file);
            await using var zip = new ZipArchive(file, ZipArchiveMode.Read);
            var entries = Choose(zip, file.Length, limits);
            var unpacked = new List<ArchiveFile>(entries.Count);
            var left = limits.MaxTotalBytes;
            foreach (var entry in entries)
            {
                var path = Path.Combine(folder, unpacked.Count.ToString("D5", System.Globalization.CultureInfo.InvariantCulture));
                var size = await UnpackAsync(entry, path, Math.Min(left, limits.MaxFileBytes), cancellationToken);
                left -= size;
                unpacked.Add(new ArchiveFile(entry.FullName, path, size));
            }

            return unpacked;
        }
        catch (InvalidDataException exception)
        {
            throw new MediaException("The archive is damaged; make it again from the original files, or upload those.", exception);
        }
    }

    /// <summary>Looks at the end of the file, which says where the list of entries begins, before anything reads that list into memory.</summary>
    private static void CheckDirectory(FileStream file)
    {
        var tail = new byte[Math.Min(file.Length, EndRecordBytes + LongestComment)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var end = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (end < 0 || tail.Length - end < EndRecordBytes)
        {
            throw new InvalidDataException("no end record");
        }

        var start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (start != uint.MaxValue && file.Length - tail.Length + end - start > MaxDirectoryBytes)
        {
            throw TooMany();
        }

        // The long form is for archives larger than we take and for more entries than we take.
        if (start == uint.MaxValue || BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10)) == ushort.MaxValue)
        {
            throw TooMany();
        }

        file.Position = 0;
    }

    private static List<ZipArchiveEntry> Choose(ZipArchive zip, long archiveBytes, ArchiveLimits limits)
    {
        if (zip.Entries.FirstOrDefault(entry => LeavesTheArchive(entry.FullName)) is { } stray)
        {
            throw new MediaException($"The archive names a file outside of itself ('{Shorten(stray.FullName)}'); make it again from the folder that holds the files.");
        }

        var entries = zip.Entries.Where(entry => !IsSystemFile(entry)).ToList();
        if (entries.Count == 0)
        {
            throw new MediaException("There are no files in this archive; put videos or pictures into it.");
        }

        if (entries.Count > limits.MaxFiles)
        {
            throw new MediaException($"There are {entries.Count} files in this archive; make smaller ones of at most {limits.MaxFiles} files.");
        }

        if (entries.Exists(entry => entry.IsEncrypted))
        {
            throw new MediaException("The archive is protected by a password; make it again without one.");
        }

        // Entries that share their bytes add up to more than the file has.
        if (entries.Sum(entry => (double)entry.CompressedLength) > archiveBytes)
        {
            throw Bomb();
        }

        return entries;
    }

    private static async Task<long> UnpackAsync(ZipArchiveEntry entry, string path, long limit, CancellationToken cancellationToken)
    {
        await using var source = await entry.OpenAsync(cancellationToken);
        await using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        var buffer = new byte[CopyBufferBytes];
        var allowed = Math.Max(RatioFrom, entry.CompressedLength * MaxRatio);
        int read;
        while ((read = await source.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)) > 0)
        {
            if (target.Length == 0 && Array.Exists(ArchiveSignatures, signature => buffer.AsSpan(0, read).StartsWith(signature)))
            {
                throw new MediaException($"'{Shorten(entry.FullName)}' is an archive inside the archive; unpack it and put its files into one archive.");
            }

            if (target.Position + read > allowed)
            {
                throw Bomb();
            }

            if (target.Position + read > limit)
            {
                throw new MediaException($"The archive unpacks to more than {limit >> 20} MiB; make smaller ones.");
            }

            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return target.Length;
    }

    private static bool LeavesTheArchive(string name) =>
        name.StartsWith('/') || name.StartsWith('\\') || (name.Length > 1 && name[1] == ':') || name.Contains('\0', StringComparison.Ordinal)
        || name.Split('/', '\\').Contains("..");

    /// <summary>Folders, links, and what file managers leave in folders.</summary>
    private static bool IsSystemFile(ZipArchiveEntry entry)
    {
        var type = (entry.ExternalAttributes >> 16) & UnixTypeMask;
        return entry.FullName.EndsWith('/') || (type != 0 && type != UnixRegularFile)
            || entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal) || entry.Name.StartsWith('.')
            || entry.Name.Equals("Thumbs.db", StringComparison.OrdinalIgnoreCase) || entry.Name.Equals("desktop.ini", StringComparison.OrdinalIgnoreCase);
    }

    private static string Shorten(string name) => name.Length > 80 ? name[..80] + "…" : name;

    private static MediaException Bomb() => new("The archive unpacks to far more than its size allows; upload the files themselves.");

    private static MediaException TooMany() => new("There are too many files in this archive; make smaller ones.");
}
