using Magvit.Domain.Workspaces;
using Magvit.Web.Uploads;
using Xunit;

namespace Magvit.Web.Tests.Uploads;

public sealed class UploadStoreTests : IDisposable
{
    private static readonly Actor Ada = new(Guid.NewGuid(), Guid.NewGuid(), MemberRole.Creator);
    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-uploads-").FullName;

    private UploadStore Store => new(_folder, TimeProvider.System);

    [Fact]
    public async Task Append_ConnectionBreaks_CutsBackToWhereTheChunkBegan()
    {
        var upload = await Store.OpenAsync(Ada, "k", "clip.mp4", 100, CancellationToken.None);
        await Store.AppendAsync(Ada, upload.Id, 0, new MemoryStream(new byte[40]), CancellationToken.None);

        await Assert.ThrowsAsync<IOException>(() => Store.AppendAsync(Ada, upload.Id, 40, new BreakingStream(10), CancellationToken.None));

        Assert.Equal(40, (await Store.FindAsync(Ada, upload.Id, CancellationToken.None))!.Offset);
    }

    [Fact]
    public async Task Append_WhileAnotherWrites_IsBusy()
    {
        var upload = await Store.OpenAsync(Ada, "k", "clip.mp4", 100, CancellationToken.None);
        await using var held = new FileStream(Store.PartPath(upload.Id), FileMode.Open, FileAccess.Write, FileShare.None);

        var (result, _) = await Store.AppendAsync(Ada, upload.Id, 0, new MemoryStream(new byte[1]), CancellationToken.None);

        Assert.Equal(ChunkResult.Busy, result);
    }

    [Fact]
    public async Task RemoveOlderThan_UnfinishedUploads_GoWithTheirParts()
    {
        await Store.OpenAsync(Ada, "old", "clip.mp4", 100, CancellationToken.None);
        Store.CreateFolder();

        Assert.Equal(0, Store.RemoveOlderThan(DateTimeOffset.UtcNow.AddHours(-1)));
        Assert.Equal(2, Store.RemoveOlderThan(DateTimeOffset.UtcNow.AddHours(1)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Gives some bytes and then breaks, as a lost connection does.</summary>
    private sealed class BreakingStream(int before) : MemoryStream(new byte[before])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("gone");
    }
}
