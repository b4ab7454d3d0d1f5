using Magvit.Model.Checkpoints;
using Magvit.Model.Training;
using Xunit;

namespace Magvit.Worker.Tests.Commands;

[Collection(nameof(ModelCommands))]
public sealed class TrainCommandTests(ShapesFixture shapes)
{
    [Fact]
    public void Train_BothStages_LeavesModelsCurvesAndSamples()
    {
        foreach (var run in new[] { shapes.TokenizerRun, shapes.TransformerRun })
        {
            Assert.Equal([20, 20, 40, 40], new MetricsLog(Path.Combine(run, "metrics.jsonl")).Read().Select(m => (int)m["step"]));
            Assert.True(new FileInfo(Path.Combine(run, "curves.png")).Length > 2000);
            Assert.Contains("--preset tiny-32", ModelManifest.Read(Path.Combine(run, "model")).TrainingCommand, StringComparison.Ordinal);
            Assert.DoesNotContain(shapes.PathOf(""), ModelManifest.Read(Path.Combine(run, "model")).TrainingCommand, StringComparison.Ordinal);
        }

        foreach (var step in new[] { "step-000020", "step-000040" })
        {
            Assert.Equal(["reconstructions.mp4", "reconstructions.png"], Files(shapes.TokenizerRun, step));
            Assert.Equal(13, Files(shapes.TransformerRun, step).Count);               // eleven tasks, and all of them as picture and clip
        }
    }

    [Fact]
    public async Task Train_Again_GoesOnAtTheLastStepAndKeepsTheCurve()
    {
        var output = await ShapesFixture.SucceedAsync(["train", "tokenizer", .. shapes.Brief(shapes.TokenizerRun, 40)]);
        Assert.DoesNotContain("step 20/", output, StringComparison.Ordinal);
        Assert.Equal(4, new MetricsLog(Path.Combine(shapes.TokenizerRun, "metrics.jsonl")).Read().Count);
    }

    // Spec §5 and §4 by the command line: a 2D twin, the 3D network that begins from it, and every loss of the paper's that needs no foreign weights.
    [Fact]
    public async Task Train_TwinThenInflated_BeginsFromTheTwinsWeights()
    {
        var (twin, inflated) = (shapes.PathOf("twin"), shapes.PathOf("inflated"));
        await ShapesFixture.SucceedAsync(["train", "tokenizer", .. Paper(twin), "--image-twin"]);
        var output = await ShapesFixture.SucceedAsync(["train", "tokenizer", .. Paper(inflated), "--inflate-from", twin, "--inflation", "average",
            "--adversarial", "0.1", "--lecam", "0.001", "--gradient-penalty-every", "2", "--hard-entropy", "--entropy-boost", "2", "--recompute"]);
        Assert.Matches("inflated [1-9][0-9]* kernels and copied [1-9][0-9]* weights of the 2D twin", output);
        Assert.True(File.Exists(Path.Combine(inflated, "model", "model.safetensors")));
        Assert.Contains("holds another run", await ShapesFixture.RefuseAsync(["train", "tokenizer", .. Paper(twin)]), StringComparison.Ordinal);

        string[] Paper(string run) =>
            ["--data", shapes.Data, "--preset", "tiny-paper-32", "--out", run, "--steps", "3", "--batch", "2", "--fp32", "--sample-every", "0"];
    }

    [Fact]
    public async Task Train_RunOfAnotherNetwork_IsRefusedAndStands()
    {
        var before = File.GetLastWriteTimeUtc(Path.Combine(shapes.TokenizerRun, "checkpoint.safetensors"));

        var kind = await ShapesFixture.RefuseAsync(
            ["train", "transformer", .. shapes.Brief(shapes.TokenizerRun), "--tokenizer", Path.Combine(shapes.TokenizerRun, "model")]);
        string[] otherPreset = [.. shapes.Brief(shapes.TokenizerRun), "--preset", "demo-64"];
        var shape = await ShapesFixture.RefuseAsync(["train", "tokenizer", .. otherPreset.Where((_, i) => i is not (4 or 5))]);

        Assert.Contains("it trains a tokenizer, not a transformer", kind, StringComparison.Ordinal);
        Assert.Contains("another shape than demo-64", shape, StringComparison.Ordinal);
        Assert.Equal(before, File.GetLastWriteTimeUtc(Path.Combine(shapes.TokenizerRun, "checkpoint.safetensors")));
    }

    [Fact]
    public async Task Train_AnotherTokenizerOrCheckpoint_IsRefused()
    {
        var other = shapes.PathOf("other-tokenizer");
        await ShapesFixture.SucceedAsync(["train", "tokenizer", .. shapes.Brief(other, 1), "--seed", "9"]);
        Assert.Contains("of tokenizer", await ShapesFixture.RefuseAsync(
            ["train", "transformer", .. shapes.Brief(shapes.TransformerRun), "--tokenizer", Path.Combine(other, "model")]), StringComparison.Ordinal);

        // The run says the same, its checkpoint does not.
        File.Copy(Path.Combine(shapes.TransformerRun, "checkpoint.safetensors"), Path.Combine(other, "checkpoint.safetensors"), overwrite: true);
        Assert.Contains("checkpoint of another network", await ShapesFixture.RefuseAsync(["train", "tokenizer", .. shapes.Brief(other, 1), "--seed", "9"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_FromAnotherRun_BeginsWithItsWeights()
    {
        var (run, source) = (shapes.PathOf("further"), Path.Combine(shapes.TransformerRun, "model"));
        string[] Further(string tokenizer) =>
        [
            "train", "transformer", .. shapes.Brief(run, 1).Select(a => a == "3e-3" ? "1e-9" : a), "--from", source, "--tokenizer", Path.Combine(tokenizer, "model"),
        ];
        var other = shapes.PathOf("tokenizer-further");
        await ShapesFixture.SucceedAsync(["train", "tokenizer", .. shapes.Brief(other, 1), "--seed", "9"]);
        Assert.Contains("it has other tokenizer; leave --from out", await ShapesFixture.RefuseAsync(Further(other)), StringComparison.Ordinal);

        await ShapesFixture.SucceedAsync(Further(shapes.TokenizerRun));

        // A tokenizer that was trained on from the transformer's own begins with tokens of the same meaning.
        await ShapesFixture.SucceedAsync(
            ["train", "tokenizer", .. shapes.Brief(shapes.PathOf("tokenizer-on"), 1).Select(a => a == "3e-3" ? "1e-9" : a), "--from", Path.Combine(shapes.TokenizerRun, "model")]);
        await ShapesFixture.SucceedAsync([.. Further(shapes.PathOf("tokenizer-on")).Select(a => a == run ? run + "-on" : a)]);
        Assert.Equal(Loss(source), Loss(Path.Combine(run + "-on", "model")), 0.05);

        // Weights are stored in half precision.
        double Loss(string folder) => ModelManifest.Read(folder).Metrics["heldOutLoss"];
        Assert.Equal(Loss(source), Loss(Path.Combine(run, "model")), 0.01);
        Assert.True(Loss(source) < 6.5, "the run learned nothing: it cannot be told from random weights");
    }

    // At a rate of nothing: what a run begins with, it ends with.
    [Theory]
    [InlineData("plain")]
    [InlineData("blocks", "--linear-block", "4x2x2")]
    public async Task Train_FromAnotherTokenizer_BeginsWithItsWeightsHoweverDeepItIs(string name, params string[] shape)
    {
        var (run, deeper) = (shapes.PathOf($"from-{name}"), shapes.PathOf($"from-{name}-deeper"));
        string[] Still(string folder) => [.. shapes.Brief(folder, 1).Select(a => a == "3e-3" ? "1e-9" : a)];
        await ShapesFixture.SucceedAsync(["train", "tokenizer", .. shapes.Brief(run), .. shape]);
        var source = Path.Combine(run, "model");

        await ShapesFixture.SucceedAsync(["train", "tokenizer", .. Still(deeper), "--from", source, "--blocks", "2", "--decoder-blocks", "3"]);

        var (before, after) = (ModelManifest.Read(source), ModelManifest.Read(Path.Combine(deeper, "model")));
        Assert.Equal((2, 3, before.Tokenizer!.LinearBlock), (after.Tokenizer!.ResidualBlocks, after.Tokenizer.DecoderBlocks, after.Tokenizer.LinearBlock));
        Assert.Equal(before.Metrics["heldOutPsnr"], after.Metrics["heldOutPsnr"], 0.05);
    }

    [Theory]
    [InlineData("give one of them", "--decoder-of", "model")]
    [InlineData("leave --image-twin and --inflate-from out", "--image-twin")]
    [InlineData("leave --quantizer, --padding and --linear-block out", "--quantizer", "vq")]
    public async Task Train_FromAnotherTokenizerAndElse_IsRefused(string expected, params string[] more) => Assert.Contains(expected, await ShapesFixture.RefuseAsync(
        ["train", "tokenizer", .. shapes.Brief(shapes.PathOf("from-refused"), 1), "--from", Path.Combine(shapes.TokenizerRun, "model"), .. more]), StringComparison.Ordinal);

    [Fact]
    public async Task Train_LossThatIsNoNumber_StopsAndNamesTheStep()
    {
        var run = shapes.PathOf("nan");
        var error = await ShapesFixture.RefuseAsync(["train", "tokenizer", .. shapes.Brief(run).Select(a => a == "3e-3" ? "1e30" : a), "--checkpoint-minutes", "0"]);
        Assert.Matches("at step [0-9]+", error);
        Assert.True(File.Exists(Path.Combine(run, "checkpoint.safetensors")), "the last checkpoint stands");
        Assert.False(Directory.Exists(Path.Combine(run, "model")));
    }

    [Fact]
    public async Task Train_TokenizerFolderWithoutOne_SaysSo() => Assert.Contains("no model manifest", await ShapesFixture.RefuseAsync(
        ["train", "transformer", .. shapes.Brief(shapes.PathOf("none")), "--tokenizer", shapes.Data]), StringComparison.Ordinal);

    [Fact]
    public async Task Train_NoData_SaysSo() => Assert.Contains("there is no folder or manifest", await ShapesFixture.RefuseAsync(
        "train", "tokenizer", "--data", shapes.PathOf("nowhere"), "--out", shapes.PathOf("none")), StringComparison.Ordinal);

    private static List<string?> Files(string run, string step) =>
        [.. Directory.GetFiles(Path.Combine(run, "samples", step)).Select(Path.GetFileName).Order(StringComparer.Ordinal)];
}
