using Magvit.Infrastructure.Media;
using Xunit;

namespace Magvit.Infrastructure.Tests.Media;

public sealed class FfmpegProcessTests
{
    private static readonly string[] EndlessFrames = ["-f", "lavfi", "-i", "testsrc2=s=640x480", "-f", "rawvideo", "pipe:1"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_TooSlow_IsKilledAtTheTimeLimit()
    {
        var command = new FfmpegCommand
        {
            Program = "ffmpeg",
            Arguments = ["-re", "-f", "lavfi", "-i", "testsrc2=s=64x64", "-f", "null", "-"],
            TimeLimit = TimeSpan.FromSeconds(1),
        };

        Assert.Equal(FfmpegFailure.TimedOut, (await FailAsync(command)).Failure);
    }

    [Fact]
    public async Task RunAsync_TooMuchOutput_IsKilledAtTheSizeLimit()
    {
        var command = new FfmpegCommand { Program = "ffmpeg", Arguments = EndlessFrames, MaxOutputBytes = 5 << 20 };

        Assert.Equal(FfmpegFailure.OutputTooLarge, (await FailAsync(command)).Failure);
    }

    [Fact]
    public async Task RunAsync_TooMuchMemory_Fails()
    {
        var command = new FfmpegCommand { Program = "ffmpeg", Arguments = EndlessFrames, MaxOutputBytes = 5 << 20, MemoryLimitBytes = 64 << 20 };

        Assert.Equal(FfmpegFailure.Failed, (await FailAsync(command)).Failure);
    }

    [Fact]
    public async Task RunAsync_Error_TellsExitCodeAndReason()
    {
        var command = new FfmpegCommand { Program = "ffmpeg", Arguments = ["-i", "file:/no/such/file", "-f", "null", "-"] };

        var exception = await FailAsync(command);

        Assert.Equal(FfmpegFailure.Failed, exception.Failure);
        Assert.Matches("^ffmpeg ended with code [1-9][0-9]*: .*: No such file or directory$", exception.Message); // 1 up to ffmpeg 5, 254 in 7
    }

    [Fact]
    public async Task RunAsync_OtherProtocol_IsRefused()
    {
        var command = new FfmpegCommand { Program = "ffmpeg", Arguments = ["-i", "http://127.0.0.1:9/clip.mp4", "-f", "null", "-"] };

        Assert.True((await FailAsync(command)).Says("not on whitelist"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6L << 30)]
    public async Task RunAsync_MissingProgram_SaysWhatToInstall(long memoryLimitBytes)
    {
        var command = new FfmpegCommand { Program = "ffmpeg-of-another-machine", Arguments = [], MemoryLimitBytes = memoryLimitBytes };

        var exception = await FailAsync(command);

        Assert.Equal(FfmpegFailure.Missing, exception.Failure);
        Assert.Contains("install the package ffmpeg", exception.Message, StringComparison.Ordinal);
    }

    private static Task<FfmpegException> FailAsync(FfmpegCommand command) =>
        Assert.ThrowsAsync<FfmpegException>(() => FfmpegProcess.RunAsync(command, Token));
}
