using System.Diagnostics;
using Xunit;

namespace Magvit.Worker.Tests.Bundle;

/// <summary>The bundle, made here and used in an empty folder, as on a machine that has a libtorch and a compiler, and no .NET.</summary>
public sealed class BundleTests : IDisposable
{
    private const int MaxMiB = 60;

    private static readonly string Repository = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));

    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-bundle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Bundle_InAnEmptyFolderWithoutTheSdk_ChecksTrainsResumesAndPacks()
    {
        var clips = Path.Combine(_folder, "clips");
        foreach (var (className, source) in new[] { ("bars", "smptebars"), ("noise", "testsrc2") })
        {
            Directory.CreateDirectory(Path.Combine(clips, className));
            await RunAsync("ffmpeg", $"-nostdin -v error -f lavfi -i {source}=size=96x64:rate=8 -frames:v 20 {clips}/{className}/a.mp4 -frames:v 18 {clips}/{className}/b.mp4");
        }

        var archive = Path.Combine(_folder, "magvit.tar.gz");
        await RunAsync("bash", $"{Repository}/magvit bundle {archive} --data {clips}", ("MAGVIT_SKIP_BUILD", "1"));
        Assert.InRange(new FileInfo(archive).Length, 1, MaxMiB << 20);

        await RunAsync("tar", $"xzf {archive} -C {_folder}");
        var check = await InBundleAsync("test");
        Assert.Contains(" 0 failed", check, StringComparison.Ordinal);
        var doctor = await InBundleAsync("doctor");
        Assert.Contains("clips.safetensors", doctor, StringComparison.Ordinal);

        const string Train = "train tokenizer --preset demo-64 --batch 2 --sample-every 0 --evaluate-every 100 --out runs/tokenizer";
        Assert.Contains("clips to train on", await InBundleAsync($"{Train} --steps 1"), StringComparison.Ordinal);
        var model = Path.Combine(_folder, "runs", "tokenizer", "model");
        Assert.True(File.Exists(Path.Combine(model, "model.safetensors")));

        await InBundleAsync("pack runs/tokenizer/model weights.tar --split 1M");
        Assert.True(Directory.GetFiles(_folder, "weights.tar.part-*").Length > 1);
        await InBundleAsync("unpack weights.tar unpacked");
        Assert.Equal(File.ReadAllBytes(Path.Combine(model, "model.safetensors")), File.ReadAllBytes(Path.Combine(_folder, "unpacked", "model", "model.safetensors")));

        // A damaged part is noticed.
        File.Delete(Path.Combine(_folder, "weights.tar"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "weights.tar.part-000"), "", TestContext.Current.CancellationToken);
        Assert.Contains("fetch it again", await InBundleAsync("unpack weights.tar again", code: 1), StringComparison.Ordinal);
    }

    // With every program of this machine but dotnet, and nothing of the repository's environment.
    private Task<string> InBundleAsync(string command, int code = 0)
    {
        var programs = Path.Combine(_folder, "programs");
        if (!Directory.Exists(programs))
        {
            Directory.CreateDirectory(programs);
            foreach (var file in new[] { "/usr/local/bin", "/usr/bin", "/bin" }.Where(Directory.Exists).SelectMany(Directory.EnumerateFiles))
            {
                var link = Path.Combine(programs, Path.GetFileName(file));
                if (Path.GetFileName(file) != "dotnet" && !File.Exists(link))
                {
                    File.CreateSymbolicLink(link, file);
                }
            }
        }

        return RunAsync("env", $"-i PATH={programs} HOME={_folder} LANG=C.UTF-8 {LibtorchOfTheTests()}bash magvit-bundle/run.sh {command}", code: code);
    }

    private static string LibtorchOfTheTests() =>
        Environment.GetEnvironmentVariable("MAGVIT_LIBTORCH") is { Length: > 0 } folder ? $"MAGVIT_LIBTORCH={folder} " : "";

    private Task<string> RunAsync(string program, string arguments, params (string Name, string Value)[] environment) => RunAsync(program, arguments, 0, environment);

    private async Task<string> RunAsync(string program, string arguments, int code, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var text = await output + await error;
        Assert.True(process.ExitCode == code, $"{program} {arguments} ended with {process.ExitCode}, expected {code}:\n{text}");
        return text;
    }
}
