using Magvit.Model.Training;
using Xunit;

namespace Magvit.Model.Tests.Training;

public sealed class MetricsLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-metrics-").FullName;

    private string LogPath => Path.Combine(_folder, "metrics.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Truncate_AfterACrash_DropsLaterStepsAndTheHalfLine()
    {
        var log = new MetricsLog(LogPath);
        foreach (var step in new[] { 20, 40, 60 })
        {
            log.Append(step, new Dictionary<string, double> { ["loss"] = 1.0 / step });
        }

        File.AppendAllText(LogPath, "{\"loss\":0.0");
        Assert.Equal([20, 40, 60], log.Read().Select(l => (int)l["step"]));

        log.Truncate(40);

        log.Append(60, new Dictionary<string, double> { ["loss"] = 0.5 });
        Assert.Equal([20, 40, 60], log.Read().Select(l => (int)l["step"]));
        Assert.Equal(0.5, log.Read()[^1]["loss"]);
        Assert.Equal(3, File.ReadAllLines(LogPath).Length);
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Read_NoFile_IsEmpty() => Assert.Empty(new MetricsLog(LogPath).Read());
}
