using System.Diagnostics;
using System.Text.Json;
using Magvit.Infrastructure.Media;
using Xunit;

namespace Magvit.Worker.Tests.Commands;

/// <summary>The walk of docs/training.md, its lines taken from the page: data, both networks, evaluation, generation.</summary>
[Collection(nameof(ModelCommands))]
public sealed class WalkTests : IDisposable
{
    // artifacts/bin/<project>/<configuration>/ is where every project's output lies.
    private static readonly string Page = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "docs", "training.md"));

    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-walk-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Walk_AsWritten_EndsWithClips()
    {
        var watch = Stopwatch.StartNew();
        var blocks = File.ReadAllText(Page).Split("```sh\n")[1..3].Select(b => b.Split("```")[0]).ToList();
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-euc", blocks[0]]) { WorkingDirectory = _folder })!;
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, shell.ExitCode);

        var lines = blocks[1].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(6, lines.Length);
        foreach (var line in lines)
        {
            Assert.StartsWith("./magvit ", line, StringComparison.Ordinal);
            await ShapesFixture.SucceedAsync([.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..].Select(Here)]);
        }

        // What was learned: reconstructions far above a flat picture, a transformer far above chance (ln 1000 = 6.9), movement in the clips.
        Assert.True(Metric("runs/tokenizer/model", "heldOutPsnr") > 20, "the tokenizer reconstructs");
        Assert.True(Metric("runs/transformer/model", "heldOutLoss") < 4, "the transformer predicts");
        using var report = JsonDocument.Parse(File.ReadAllText(Here("runs/evaluation/report.json")));
        Assert.Equal(2, report.RootElement.GetProperty("tasks").GetArrayLength());
        Assert.True(File.Exists(Here("runs/evaluation/report.md")));
        var clip = await VideoReader.ReadAllFramesAsync(Here("runs/slide.gif"), 32, 32, FitMode.CentreCrop, TestContext.Current.CancellationToken);
        Assert.Equal(16, clip.Count);
        Assert.Contains("class-conditional", await RecipeMetadata.ReadAsync(Here("runs/slide.gif"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(File.Exists(Here("runs/fall.mp4")));
        // About a minute alone on two cores; beside other tests it takes what it takes.
        TestContext.Current.TestOutputHelper?.WriteLine($"the walk took {watch.Elapsed:mm\\:ss}");
    }

    private string Here(string word) =>
        word.StartsWith("runs/", StringComparison.Ordinal) || word == "shapes" || word.StartsWith("shapes/", StringComparison.Ordinal) ? Path.Combine(_folder, word) : word;

    private double Metric(string model, string name) =>
        Model.Checkpoints.ModelManifest.Read(Here(model)).Metrics[name];
}
