using System.Diagnostics;

namespace Magvit.EndToEnd.Tests;

/// <summary>A short video for uploads, made by ffmpeg.</summary>
internal static class TestClip
{
    public static async Task<string> MakeAsync()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("magvit-clip-").FullName, "ball.mp4");
        string[] arguments = ["-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=12", "-frames:v", "48", "-pix_fmt", "yuv420p", path];
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", arguments))!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? path : throw new InvalidOperationException("ffmpeg could not make the test clip.");
    }
}
