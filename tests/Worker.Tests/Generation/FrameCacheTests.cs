using Magvit.Infrastructure.Media;
using Magvit.Worker.Generation;
using Xunit;

namespace Magvit.Worker.Tests.Generation;

public sealed class FrameCacheTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("magvit-frames-");
    private readonly FrameCache _cache = new();

    private string Clip => Path.Combine(_folder.FullName, "clip");

    public void Dispose()
    {
        _cache.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Read_SameWindowAgain_ReadsTheFileOnce()
    {
        await WriteAsync(Clip);
        var frames = await Task.WhenAll(ReadAsync(0), ReadAsync(0), ReadAsync(1));
        File.Delete(Clip);

        Assert.Same(frames[0], frames[1]);
        Assert.Same(frames[0], await ReadAsync(0));
        Assert.Equal((255, 0), (frames[0].Rgb[0], frames[2].Rgb[0]));
    }

    [Fact]
    public async Task Read_FileThatCannotBeDecoded_IsTriedAgain()
    {
        await File.WriteAllTextAsync(Clip, "Dear Sir or Madam");
        await Assert.ThrowsAsync<MediaException>(() => ReadAsync(0));
        await WriteAsync(Clip);

        Assert.Equal(255, (await ReadAsync(0)).Rgb[0]);
    }

    [Fact]
    public async Task Read_OneOfTwoIsCancelled_TheOtherGetsItsFrames()
    {
        await WriteAsync(Clip);
        using var stopping = new CancellationTokenSource();
        var (first, second) = (_cache.ReadAsync(Window(0), stopping.Token), ReadAsync(0));
        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(255, (await second).Rgb[0]);
    }

    // A white picture and a black one, as masks are stored.
    private static Task WriteAsync(string path) => File.WriteAllBytesAsync(path, [.. Picture(0x00), .. Picture(0xff)]);

    private static IEnumerable<byte> Picture(byte row) => "P4\n8 8\n"u8.ToArray().Concat(Enumerable.Repeat(row, 8));

    private Task<VideoFrames> ReadAsync(int start) => _cache.ReadAsync(Window(start), CancellationToken.None);

    private FrameWindow Window(int start) => new(Clip, start, 1, 1, 8, 8);
}
