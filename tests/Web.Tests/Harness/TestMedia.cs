using System.Diagnostics;

namespace Magvit.Web.Tests.Harness;

/// <summary>Small clips and pictures, made by ffmpeg.</summary>
internal static class TestMedia
{
    /// <summary>A moving test card.</summary>
    public static Task<byte[]> VideoAsync(int frames = 24, int width = 96, int height = 64) => MakeAsync(
        ".mp4", "-f", "lavfi", "-i", $"testsrc2=size={width}x{height}:rate=12", "-frames:v", $"{frames}", "-pix_fmt", "yuv420p");

    /// <summary>A still picture.</summary>
    public static Task<byte[]> PictureAsync(string colour) => MakeAsync(".png", "-f", "lavfi", "-i", $"color={colour}:size=64x64", "-frames:v", "1");

    private static async Task<byte[]> MakeAsync(string ending, params string[] arguments)
    {
        var path = Path.Combine(Path.GetTempPath(), $"magvit-media-{Guid.NewGuid():N}{ending}");
        try
        {
            var start = new ProcessStartInfo("ffmpeg", ["-nostdin", "-loglevel", "error", .. arguments, path]) { RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? await File.ReadAllBytesAsync(path) : throw new InvalidOperationException(errors);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
