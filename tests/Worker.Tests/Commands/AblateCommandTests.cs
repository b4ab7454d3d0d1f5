using System.Text.Json;
using Xunit;

namespace Magvit.Worker.Tests.Commands;

[Collection(nameof(ModelCommands))]
public sealed class AblateCommandTests(ShapesFixture shapes)
{
    [Fact]
    public async Task Ablate_AllVariants_FillTheTableAndAreNotDoneTwice()
    {
        var folder = shapes.PathOf("ablation");
        string[] command =
        [
            "ablate", "--data", shapes.Data, "--out", folder, "--preset", "tiny-32", "--tokenizer", Path.Combine(shapes.TokenizerRun, "model"), "--steps", "4",
            "--batch", "4", "--warmup", "1", "--samples", "2", "--folds", "1", "--classifier-steps", "4", "--fp32",
        ];
        var output = await ShapesFixture.SucceedAsync(command);

        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "ablation.json")));
        var rows = json.RootElement.GetProperty("results").EnumerateArray().ToDictionary(r => r.GetProperty("variant").GetString()!);
        Assert.Equal(8, rows.Count);
        Assert.All(rows.Values, r => Assert.True(r.GetProperty("framePrediction").GetProperty("mean").GetDouble() >= 0));
        Assert.All(rows, r => Assert.Equal(r.Key == "autoregressive" ? 1 : 8, r.Value.GetProperty("tasks").EnumerateObject().Count()));
        Assert.Equal((48, 33), (rows["commit"].GetProperty("paperFramePrediction").GetDouble(), rows["commit"].GetProperty("paperAverage").GetDouble()));
        Assert.Contains("| 5 | latent masking (MaskGIT) |", File.ReadAllText(Path.Combine(folder, "ablation.md")), StringComparison.Ordinal);
        Assert.Contains("latent masking (MaskGIT)", output, StringComparison.Ordinal);

        // Variants that differ in nothing but the loss start from the same weights and must not end with the same ones.
        var hashes = new[] { "commit", "commit-mask", "commit-mask-recons" }.Select(v => Model.Checkpoints.ModelFolder.Hash(Path.Combine(folder, v, "model")));
        Assert.Equal(3, hashes.Distinct().Count());

        File.Delete(Path.Combine(folder, "prefix-evaluation", "report.json"));      // as if it had been interrupted there
        var again = await ShapesFixture.SucceedAsync(command);
        Assert.Contains("prefix: prefix condition", again, StringComparison.Ordinal);
        Assert.DoesNotContain("commit: COMMIT", again, StringComparison.Ordinal);
        Assert.Contains("Give the same options, or another folder", await ShapesFixture.RefuseAsync([.. command.Select(a => a == "4" ? "5" : a)]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ablate_NoSuchVariant_ListsThem() => Assert.Contains("there are latent-masking, prefix", await ShapesFixture.RefuseAsync(
        "ablate", "--data", shapes.Data, "--out", shapes.PathOf("none"), "--variants", "commit,best"), StringComparison.Ordinal);
}
