using Xunit;

namespace Magvit.Worker.Tests.Commands;

[Collection(nameof(ModelCommands))]
public sealed class InspectCommandTests(ShapesFixture shapes)
{
    // Spec §2.5 and §6 (V = 1127, S = 1025: UCF-101).
    [Theory]
    [InlineData("magvit-b-128", "40,579,843", "15,339,457", "87,301,991")]
    [InlineData("magvit-b-64", "36,596,355", "11,734,465", "87,301,991")]
    public async Task Inspect_Preset_CountsAsThePaper(string preset, params string[] totals)
    {
        var output = await ShapesFixture.SucceedAsync("inspect", preset, "--vocabulary", "1127", "--sequence", "1025");
        Assert.Equal(totals, output.Split('\n').Where(l => l.TrimStart().StartsWith("total", StringComparison.Ordinal)).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        Assert.Contains("vocabulary 1127, sequence 1025, 101 classes, single-task", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_Networks_ShowsPartsAndWhereTheyComeFrom()
    {
        var output = await ShapesFixture.SucceedAsync("inspect", shapes.TransformerRun);
        Assert.Contains("3: fall, grow, slide", output, StringComparison.Ordinal);
        Assert.Contains("float16", output, StringComparison.Ordinal);
        Assert.Contains("heldOutLoss", output, StringComparison.Ordinal);
        Assert.Contains("multi-task", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("go together", "magvit-b-64", "--vocabulary", "1127")]
    [InlineData("neither a preset (demo-64, small-32, tiny-32", "magvit-xl")]
    [InlineData("expected 1025 (single-task) or 1026", "magvit-b-64", "--vocabulary", "1127", "--sequence", "999")]
    public async Task Inspect_BadRequest_SaysWhatThereIs(string expected, params string[] arguments) =>
        Assert.Contains(expected, await ShapesFixture.RefuseAsync(["inspect", .. arguments]), StringComparison.Ordinal);

    [Fact]
    public async Task Inspect_FolderWithoutAModel_SaysSo() =>
        Assert.Contains("holds no model.json", await ShapesFixture.RefuseAsync("inspect", shapes.Data), StringComparison.Ordinal);
}
