using System.Buffers.Binary;
using System.Diagnostics;

namespace Magvit.Testing;

/// <summary>A folder of media that a test makes with ffmpeg's own sources, gone when the test ends.</summary>
public sealed class TestMedia : IDisposable
{
    public TestMedia()
    {
        Folder = Directory.CreateTempSubdirectory("magvit-media-test-").FullName;
    }

    public string Folder { get; }

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a file with ffmpeg from the given options; the name is relative to the folder.</summary>
    public string Make(string name, params string[] options)
    {
        var path = PathOf(name);
        Run("ffmpeg", ["-nostdin", "-v", "error", "-y", .. options, path]);
        return path;
    }

    /// <summary>A lossless clip whose frame n has the grey level 10 * n.</summary>
    public string MakeCounting(string name, int frames, int width = 32, int height = 32) => Make(
        name, "-f", "lavfi", "-i", $"color=black:s={width}x{height}:r=8,format=gbrp,geq=r='10*N':g='10*N':b='10*N'",
        "-frames:v", $"{frames}", "-c:v", "ffv1");

    /// <summary>An h264 clip of ffmpeg's moving test picture.</summary>
    public string MakeClip(string name, int frames = 24, int width = 96, int height = 64, params string[] more) => Make(
        name, ["-f", "lavfi", "-i", $"testsrc2=s={width}x{height}:r=12", "-frames:v", $"{frames}", "-c:v", "libx264", "-pix_fmt", "yuv444p", .. more]);

    /// <summary>Copies an mp4 with a display matrix that turns it by a quarter, as phones write it.</summary>
    public string Turn(string path, string name)
    {
        var bytes = File.ReadAllBytes(path);
        var matrix = bytes.AsSpan(bytes.AsSpan().IndexOf("tkhd"u8) + 4 + 40, 36);
        int[] turned = [0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30];
        for (var i = 0; i < turned.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(matrix[(4 * i)..], turned[i]);
        }

        return Write(name, bytes);
    }

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(PathOf(name), content);
        return PathOf(name);
    }

    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors.GetAwaiter().GetResult()}");
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
