using System.Security.Cryptography;
using Magvit.Domain.Assets;
using Magvit.Infrastructure.Assets;
using Xunit;

namespace Magvit.Infrastructure.Tests.Assets;

public sealed class FileArtifactStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-artifacts-").FullName;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)] // more than one buffer
    public async Task PutAsync_AnySize_KeepsTheBytesUnderTheirHash(int size)
    {
        var store = Open();
        var content = RandomNumberGenerator.GetBytes(size);

        var hash = await store.PutAsync(new MemoryStream(content), CancellationToken.None);

        Assert.Equal(ContentHash.Of(content), hash);
        Assert.Equal(content, await ReadAsync(store, hash));
        Assert.Equal(content, await File.ReadAllBytesAsync(store.TryGetPath(hash)!));
        Assert.Empty(TemporaryFiles());
    }

    [Fact]
    public async Task PutAsync_SameBytesFromManySides_KeepsThemOnce()
    {
        var content = RandomNumberGenerator.GetBytes(200_000);
        var hashes = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            _ => Task.Run(() => Open().PutAsync(new MemoryStream(content), CancellationToken.None))));

        var hash = Assert.Single(hashes.Distinct());
        Assert.Equal(content, await ReadAsync(Open(), hash));
        Assert.Single(Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task PutAsync_SourceBreaks_LeavesNothing()
    {
        var store = Open();
        await Assert.ThrowsAsync<IOException>(() => store.PutAsync(new BreakingStream(), CancellationToken.None));
        Assert.Empty(Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task OpenReadAsync_NothingStored_ReturnsNull()
    {
        var store = Open();
        var hash = ContentHash.Of([1]);
        Assert.Null(await store.OpenReadAsync(hash, CancellationToken.None));
        Assert.Null(store.TryGetPath(hash));
        Assert.False(await store.DeleteAsync(hash, CancellationToken.None));
    }

    [Fact]
    public async Task DeleteAsync_WhileSomebodyReads_LetsThemReadOn()
    {
        var store = Open();
        var hash = await store.PutAsync(new MemoryStream([1, 2, 3]), CancellationToken.None);
        await using var reading = await store.OpenReadAsync(hash, CancellationToken.None);

        Assert.True(await store.DeleteAsync(hash, CancellationToken.None));

        Assert.Null(store.TryGetPath(hash));
        Assert.Equal(1, reading!.ReadByte());
    }

    [Fact]
    public async Task Constructor_OldTemporaryFile_RemovesItAndKeepsYoungOnes()
    {
        var temporary = Path.Combine(_folder, "tmp");
        Directory.CreateDirectory(temporary);
        var abandoned = Path.Combine(temporary, "abandoned");
        var inUse = Path.Combine(temporary, "in-use");
        await File.WriteAllTextAsync(abandoned, "");
        await File.WriteAllTextAsync(inUse, "");
        File.SetLastWriteTimeUtc(abandoned, DateTime.UtcNow.AddDays(-2));

        Open();

        Assert.Equal([inUse], TemporaryFiles());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private FileArtifactStore Open() => new(_folder, TimeProvider.System);

    private string[] TemporaryFiles() => Directory.GetFiles(Path.Combine(_folder, "tmp"));

    private static async Task<byte[]> ReadAsync(FileArtifactStore store, ContentHash hash)
    {
        await using var stream = await store.OpenReadAsync(hash, CancellationToken.None);
        Assert.NotNull(stream);
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    /// <summary>Gives some bytes, then fails, like an upload that is cut off.</summary>
    private sealed class BreakingStream : MemoryStream
    {
        private bool _hasGiven;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_hasGiven)
            {
                throw new IOException("cut off");
            }

            _hasGiven = true;
            return ValueTask.FromResult(Math.Min(100, buffer.Length));
        }
    }
}
