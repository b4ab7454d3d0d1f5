using Magvit.Infrastructure.Media;
using Magvit.Testing;
using Xunit;

namespace Magvit.Infrastructure.Tests.Media;

public sealed class VideoWriterTests : IDisposable
{
    private const string Recipe = """{"task":"frame-prediction","seed":9007199254740991,"title":"Grüße = \"one\"; 二\\n","model":{"hash":"ab"}}""";

    private readonly TestMedia _media = new();

    public void Dispose() => _media.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("out.mp4", 24)]
    [InlineData("out.webm", 24)]
    [InlineData("out.gif", 52)]
    [InlineData("out.png", 0)]
    public async Task WriteAsync_SixteenFrames_AreReadBackWithTheirRecipe(string name, int tolerance)
    {
        var frames = MakeGradients(16, 64, 64);
        var path = _media.PathOf(name);

        await WriteAsync(frames, path, Recipe);

        Assert.Equal(Recipe, await RecipeMetadata.ReadAsync(path, Token));
        var isSheet = name.EndsWith(".png", StringComparison.Ordinal);
        var again = await VideoReader.ReadAllFramesAsync(path, isSheet ? 1024 : 64, 64, FitMode.CentreCrop, Token);
        Assert.Equal(isSheet ? 1 : 16, again.Count);
        var error = isSheet ? MeanError(PngEncoderTests.SideBySide(frames), again.Rgb) : MeanError(frames.Rgb, again.Rgb);
        Assert.InRange(error, 0, tolerance / 4.0); // 4:2:0 chroma and 256 colours
        Assert.Single(Directory.GetFiles(_media.Folder));
    }

    [Theory]
    [InlineData("out.mp4")]
    [InlineData("out.webm")]
    public async Task WriteAsync_Recipe_IsSeenByFfprobe(string name)
    {
        var path = _media.PathOf(name);

        await WriteAsync(MakeGradients(16, 32, 32), path, """{"seed":7}""");

        var shown = TestMedia.Run("ffprobe", "-v", "error", "-count_frames", "-show_format", "-show_streams", path);
        Assert.Contains("TAG:recipe={\"seed\":7}", shown, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("nb_read_frames=16", shown, StringComparison.Ordinal);
        Assert.Contains("pix_fmt=yuv420p", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("out.mp4")]
    [InlineData("out.webm")]
    [InlineData("out.gif")]
    [InlineData("out.png")]
    public async Task ReadAsync_FileWithoutRecipe_IsNull(string name)
    {
        var path = _media.PathOf(name);

        await WriteAsync(MakeGradients(2, 32, 32), path, recipeJson: null);

        Assert.Null(await RecipeMetadata.ReadAsync(path, Token));
    }

    [Fact]
    public async Task WriteMp4Async_OddSize_IsPaddedToEven()
    {
        var path = _media.PathOf("odd.mp4");

        await VideoWriter.WriteMp4Async(MakeGradients(4, 33, 31), path, null, Token);

        var facts = await MediaProbe.ReadAsync(path, Token);
        Assert.Equal((34, 32, 4), (facts.CodedWidth, facts.CodedHeight, facts.DeclaredFrames));
    }

    [Fact]
    public async Task WriteMp4Async_ColoursOfFlatAreas_Survive()
    {
        var rgb = Enumerable.Repeat(new byte[] { 200, 30, 60 }, 64 * 64 * 4).SelectMany(pixel => pixel).ToArray();
        var path = _media.PathOf("flat.mp4");

        await VideoWriter.WriteMp4Async(new VideoFrames(rgb, 4, 64, 64, 8, []), path, null, Token);

        var again = await VideoReader.ReadAllFramesAsync(path, 64, 64, FitMode.CentreCrop, Token);
        Assert.InRange(MeanError(rgb, again.Rgb), 0, 2); // the rounding of 8-bit YCbCr
    }

    [Fact]
    public async Task WriteMp4Async_Cancelled_LeavesNoFile()
    {
        using var cancel = new CancellationTokenSource();
        var writing = VideoWriter.WriteMp4Async(MakeGradients(600, 256, 256), _media.PathOf("never.mp4"), null, cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);

        Assert.Empty(Directory.GetFiles(_media.Folder));
    }

    [Fact]
    public async Task WriteMp4Async_FolderThatDoesNotExist_SaysSo()
    {
        var exception = await Assert.ThrowsAsync<MediaException>(
            () => VideoWriter.WriteMp4Async(MakeGradients(2, 32, 32), _media.PathOf("no/such/folder.mp4"), null, Token));

        Assert.Contains("does not exist", exception.Message, StringComparison.Ordinal);
    }

    internal static VideoFrames MakeGradients(int count, int width, int height)
    {
        var rgb = new byte[count * height * width * 3];
        for (var i = 0; i < rgb.Length; i++)
        {
            var (x, y, t) = (i / 3 % width, i / 3 / width % height, i / 3 / width / height);
            rgb[i] = (byte)((i % 3) switch { 0 => x * 255 / width, 1 => y * 255 / height, _ => t * 255 / count });
        }

        return new VideoFrames(rgb, count, height, width, 8, []);
    }

    private static Task WriteAsync(VideoFrames frames, string path, string? recipeJson) => Path.GetExtension(path) switch
    {
        ".mp4" => VideoWriter.WriteMp4Async(frames, path, recipeJson, Token),
        ".webm" => VideoWriter.WriteWebmAsync(frames, path, recipeJson, Token),
        ".gif" => VideoWriter.WriteGifAsync(frames, path, recipeJson, Token),
        _ => VideoWriter.WritePngSheetAsync(frames, path, recipeJson, Token),
    };

    private static double MeanError(byte[] expected, byte[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual, (a, b) => Math.Abs(a - b)).Average();
    }
}
