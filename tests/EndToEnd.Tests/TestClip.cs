using System.Diagnostics;

namespace Magvit.EndToEnd.Tests;

/// <summary>Short videos and pictures for uploads, made by ffmpeg.</summary>
internal static class TestClip
{
    public static Task<string> MakeAsync() => MakeAsync("ball.mp4", "testsrc2=size=160x90:rate=12", "-frames:v", "48", "-pix_fmt", "yuv420p");

    /// <summary>A picture of one colour.</summary>
    public static Task<string> PictureAsync(string colour) => MakeAsync($"{colour}.png", $"color={colour}:size=64x64", "-frames:v", "1");

    private static async Task<string> MakeAsync(string name, string source, params string[] output)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("magvit-clip-").FullName, name);
        string[] arguments = ["-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", source, .. output, path];
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", arguments))!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? path : throw new InvalidOperationException("ffmpeg could not make the test clip.");
    }
}
