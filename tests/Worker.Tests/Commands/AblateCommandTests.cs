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
            "ablate", "--data", shapes.Data, "--out", folder, "--preset", "tiny-32", "--parts", "transformers", "--tokenizer", Path.Combine(shapes.TokenizerRun, "model"), "--steps", "4",
            "--batch", "4", "--warmup", "1", "--samples", "2", "--folds", "1", "--classifier-steps", "4", "--fp32",
        ];
        var output = await ShapesFixture.SucceedAsync(command);

        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "ablation.json")));
        var rows = json.RootElement.GetProperty("results").EnumerateArray().ToDictionary(r => r.GetProperty("variant").GetString()!);
        Assert.Equal(10, rows.Count);
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
    public async Task Ablate_DecodingAndInflation_FillTheirTablesAndAreNotDoneTwice()
    {
        var folder = shapes.PathOf("ablation-of-decoding");
        string[] command =
        [
            "ablate", "--data", shapes.Data, "--out", folder, "--preset", "tiny-32", "--parts", "decoding,inflation", "--tokenizer", Path.Combine(shapes.TokenizerRun, "model"),
            "--tokenizer-steps", "4", "--steps", "4", "--batch", "4", "--warmup", "1", "--samples", "2", "--folds", "1", "--classifier-steps", "4", "--fp32",
        ];
        await ShapesFixture.SucceedAsync(command);

        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "ablation.json")));
        Assert.Empty(json.RootElement.GetProperty("results").EnumerateArray());      // commit was trained meanwhile, and is a row of the next run
        var ways = json.RootElement.GetProperty("decoding").EnumerateArray()
            .ToDictionary(r => $"{r.GetProperty("group").GetString()} {r.GetProperty("title").GetString()}", r => r.GetProperty("average").GetDouble());
        string[] papers = ["steps 12", "choice temperature 4.5", "sampling temperature 1", "schedule cosine"];
        Assert.Single(papers.Select(p => ways[p]).Distinct());
        Assert.True(ways.Values.Distinct().Count() > ways.Count / 2, "other ways to decode must give other clips");

        var starts = json.RootElement.GetProperty("inflation").EnumerateArray().ToList();
        Assert.Equal(["from scratch", "inflated from 2D, average", "inflated from 2D, central"], starts.Select(r => r.GetProperty("title").GetString()));
        Assert.Equal(3, starts.Select(r => r.GetProperty("reconstruction").GetProperty("psnr").GetProperty("mean").GetDouble()).Distinct().Count());

        Directory.Delete(Path.Combine(folder, "inflated-central"), recursive: true);        // what is evaluated needs its run no more
        var again = await ShapesFixture.SucceedAsync(command);
        Assert.DoesNotContain("step ", again, StringComparison.Ordinal);
        Assert.Contains("| steps | 24 |", again, StringComparison.Ordinal);
        var other = await ShapesFixture.SucceedAsync([.. command.Select(a => a == "decoding,inflation" ? "transformers" : a), "--variants", "commit"]);
        Assert.Contains("| 5, 4 | COMMIT", other, StringComparison.Ordinal);
        Assert.Contains("| from scratch |", other, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ablate_NoSuchPart_ListsThem() => Assert.Contains("there are transformers, decoding, inflation", await ShapesFixture.RefuseAsync(
        "ablate", "--data", shapes.Data, "--out", shapes.PathOf("none"), "--parts", "decoding,all"), StringComparison.Ordinal);

    [Fact]
    public async Task Ablate_NoSuchVariant_ListsThem() => Assert.Contains("there are latent-masking, prefix", await ShapesFixture.RefuseAsync(
        "ablate", "--data", shapes.Data, "--out", shapes.PathOf("none"), "--variants", "commit,best"), StringComparison.Ordinal);
}
