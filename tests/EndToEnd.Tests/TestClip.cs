using System.Diagnostics;
using System.Globalization;

namespace Magvit.EndToEnd.Tests;

/// <summary>Short videos and pictures for uploads, made by ffmpeg.</summary>
internal static class TestClip
{
    public static Task<string> MakeAsync(int frames = 48, string name = "ball.mp4") =>
        MakeAsync(name, "testsrc2=size=160x90:rate=12", "-frames:v", frames.ToString(CultureInfo.InvariantCulture), "-pix_fmt", "yuv420p");

    /// <summary>A picture of one colour.</summary>
    public static Task<string> PictureAsync(string colour, int width = 64, int height = 64) => MakeAsync($"{colour}.png", $"color={colour}:size={width}x{height}", "-frames:v", "1");

    /// <summary>Numbered pictures, each of another shade: walk-001.png and so on.</summary>
    public static async Task<string[]> SequenceAsync(int count)
    {
        var first = await MakeAsync("walk-%03d.png", "testsrc2=size=64x64:rate=12", "-frames:v", count.ToString(CultureInfo.InvariantCulture));
        return [.. Directory.GetFiles(Path.GetDirectoryName(first)!).Order(StringComparer.Ordinal)];
    }

    /// <summary>A file of some bytes.</summary>
    public static string Write(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("magvit-clip-").FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private static async Task<string> MakeAsync(string name, string source, params string[] output)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("magvit-clip-").FullName, name);
        string[] arguments = ["-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", source, .. output, path];
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", arguments))!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? path : throw new InvalidOperationException("ffmpeg could not make the test clip.");
    }
}
