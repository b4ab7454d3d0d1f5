using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Magvit.Infrastructure.Media;
using Xunit;

namespace Magvit.Infrastructure.Tests.Media;

public sealed class MediaArchiveTests : IDisposable
{
    private static readonly ArchiveLimits Limits = new(MaxFiles: 20, MaxFileBytes: 64 << 20, MaxTotalBytes: 96 << 20);
    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-archive-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task UnpackAsync_FilesInFolders_ComeOutUnderNamesOfOurs()
    {
        var path = Zip(
            ("shots/a 1.png", Noise(5000)), ("shots/a 2.png", Noise(10)), ("shots/", []), ("__MACOSX/shots/._a 1.png", Noise(3)), ("shots/.DS_Store", Noise(3)),
            ("shots/Thumbs.db", Noise(3)));

        var files = await UnpackAsync(path);

        Assert.Equal([("shots/a 1.png", 5000L), ("shots/a 2.png", 10L)], files.Select(file => (file.Name, file.SizeBytes)));
        Assert.All(files, file => Assert.Equal(Path.Combine(_folder, "out"), Path.GetDirectoryName(file.Path)));
        Assert.Equal(Noise(5000), await File.ReadAllBytesAsync(files[0].Path, Token));
    }

    [Theory]
    [InlineData("../../etc/cron.d/evil.png")]
    [InlineData("shots/../../evil.png")]
    [InlineData("..\\evil.png")]
    [InlineData("/etc/evil.png")]
    [InlineData("C:\\evil.png")]
    public async Task UnpackAsync_NameThatPointsOutside_IsRefusedAndNothingIsWritten(string name)
    {
        await RefusedAsync(Zip(("good.png", Noise(10)), (name, Noise(10))), "outside of itself");
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "out")));
    }

    [Fact]
    public async Task UnpackAsync_Bomb_StopsLongBeforeItIsUnpacked()
    {
        await RefusedAsync(Zip(("bomb.png", new byte[60 << 20])), "far more than its size allows");
        Assert.True(new DirectoryInfo(Path.Combine(_folder, "out")).EnumerateFiles().Sum(file => file.Length) < 16 << 20);
    }

    [Fact]
    public async Task UnpackAsync_EntriesThatShareTheirBytes_AreABomb()
    {
        // A second line of the list that names the first file again: what David Fifield's bomb does thousands of times.
        var bytes = await File.ReadAllBytesAsync(Zip(("a.png", Noise(9000))), Token);
        var end = bytes.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        var start = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(end + 16));
        var line = bytes[start..end];
        Encoding.ASCII.GetBytes("b.png").CopyTo(line, line.AsSpan().IndexOf("a.png"u8));
        var tail = bytes[end..];
        BinaryPrimitives.WriteUInt16LittleEndian(tail.AsSpan(8), 2);
        BinaryPrimitives.WriteUInt16LittleEndian(tail.AsSpan(10), 2);
        BinaryPrimitives.WriteInt32LittleEndian(tail.AsSpan(12), 2 * line.Length);

        await RefusedAsync(Write([.. bytes[..end], .. line, .. tail]), "far more than its size allows");
    }

    [Fact]
    public async Task UnpackAsync_TooManyFilesOrBytes_IsRefusedWithTheLimit()
    {
        await RefusedAsync(Zip([.. Enumerable.Range(0, 21).Select(i => ($"{i}.png", Noise(1)))]), "at most 20 files");

        var small = new ArchiveLimits(20, MaxFileBytes: 1 << 20, MaxTotalBytes: 1 << 20);
        var refusal = await Assert.ThrowsAsync<MediaException>(() => UnpackAsync(Zip(("a.png", Noise(700_000)), ("b.png", Noise(700_000))), small));
        Assert.Contains("MiB", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnpackAsync_ArchiveInside_IsRefusedWhateverItIsCalled()
    {
        var inner = await File.ReadAllBytesAsync(Zip(("a.png", Noise(10))), Token);

        await RefusedAsync(Zip(("holiday.png", inner)), "'holiday.png' is an archive inside the archive");
        await RefusedAsync(Zip(("holiday.gz", [0x1F, 0x8B, 8, 0])), "archive inside");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(22)]
    [InlineData(2000)]
    public async Task UnpackAsync_DamagedOrEmpty_SaysSo(int kept)
    {
        var bytes = await File.ReadAllBytesAsync(Zip(("a.png", Noise(5000))), Token);
        await RefusedAsync(Write(bytes[..kept]), "damaged");
        await RefusedAsync(Zip(), "no files");
    }

    [Fact]
    public void IsArchive_ByContentNotName()
    {
        Assert.True(MediaArchive.IsArchive(Zip(("a.png", Noise(10)))));
        Assert.False(MediaArchive.IsArchive(Write("not a zip"u8.ToArray())));
        Assert.False(MediaArchive.IsArchive(Write([])));
    }

    private async Task RefusedAsync(string path, string words)
    {
        var refusal = await Assert.ThrowsAsync<MediaException>(() => UnpackAsync(path));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<ArchiveFile>> UnpackAsync(string path, ArchiveLimits? limits = null)
    {
        var target = Path.Combine(_folder, "out");
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        Directory.CreateDirectory(target);
        return MediaArchive.UnpackAsync(path, target, limits ?? Limits, Token);
    }

    private string Zip(params (string Name, byte[] Content)[] files)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.zip");
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, content) in files)
        {
            using var entry = zip.CreateEntry(name).Open();
            entry.Write(content);
        }

        return path;
    }

    private string Write(byte[] content)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.zip");
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Bytes that do not compress, always the same.</summary>
    private static byte[] Noise(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
