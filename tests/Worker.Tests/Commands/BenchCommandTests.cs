using System.Text.Json;
using Xunit;

namespace Magvit.Worker.Tests.Commands;

[Collection(nameof(ModelCommands))]
public sealed class BenchCommandTests
{
    [Fact]
    public async Task Bench_WithoutPartner_MeasuresOursAlone()
    {
        var output = await ShapesFixture.SucceedAsync(
            "bench", "--preset", "tiny-32", "--batch", "1", "2", "--precision", "float32", "--turns", "1", "--python", "/no/such/python", "--json");
        var report = JsonDocument.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..]).RootElement;

        var rows = report.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(2 * 7, rows.Count);
        Assert.All(rows, r => Assert.True(r.GetProperty("seconds").GetDouble() > 0 && !r.TryGetProperty("ratio", out _)));
        foreach (var figure in new[] { "clipSeconds", "framesPerSecond", "trainClipsPerSecond" })
        {
            Assert.True(report.GetProperty(figure).GetProperty("ours").GetDouble() > 0, figure);
        }
    }

    [Theory]
    [InlineData("expected float32, bfloat16 or both", "--precision", "int8")]
    [InlineData("expected numbers from 1", "--batch", "0")]
    [InlineData("no preset huge", "--preset", "huge")]
    public async Task Bench_BadRequest_SaysWhatThereIs(string expected, params string[] arguments) =>
        Assert.Contains(expected, await ShapesFixture.RefuseAsync(["bench", .. arguments]), StringComparison.Ordinal);
}
