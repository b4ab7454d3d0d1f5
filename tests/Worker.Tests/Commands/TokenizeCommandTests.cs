using Magvit.Model.Checkpoints;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Worker.Tests.Commands;

[Collection(nameof(ModelCommands))]
public sealed class TokenizeCommandTests(ShapesFixture shapes)
{
    private string Tokenizer => Path.Combine(shapes.TokenizerRun, "model");

    [Fact]
    public async Task Tokenize_DataSet_WritesEveryClipUnderItsName()
    {
        var path = shapes.PathOf("tokens/all.safetensors");
        await ShapesFixture.SucceedAsync("tokenize", "--data", shapes.Data, "--tokenizer", Tokenizer, "--out", path, "--windows", "3");

        using var scope = NewDisposeScope();
        var (tokens, metadata) = SafeTensors.Read(path);
        Assert.Equal(12, tokens.Count);
        Assert.Equal([3L, 4, 8, 8], tokens["slide/03"].shape);
        Assert.InRange(tokens["slide/03"].max().ToInt64(), 1, 999);
        Assert.Equal(("1000", "0,2,4", ModelFolder.Hash(Tokenizer)), (metadata["codes"], metadata["starts:slide/03"], metadata["tokenizer"]));
    }

    [Fact]
    public async Task Tokenize_ForTraining_TrainsLikeEncodingClips()
    {
        var path = shapes.PathOf("tokens/train.safetensors");
        await ShapesFixture.SucceedAsync("tokenize", "--data", shapes.Data, "--tokenizer", Tokenizer, "--out", path, "--training");
        string[] options = ["--tokenizer", Tokenizer, "--tasks", "frame-prediction,inpaint-central=2"];
        await ShapesFixture.SucceedAsync(["train", "transformer", .. shapes.Brief(shapes.PathOf("by-clips"), 20), .. options]);
        await ShapesFixture.SucceedAsync(["train", "transformer", .. shapes.Brief(shapes.PathOf("by-tokens"), 20), .. options, "--tokens", path]);

        // In bfloat16 most tokens are the same, and so, nearly, is what is learned of them.
        await ShapesFixture.SucceedAsync("tokenize", "--data", shapes.Data, "--tokenizer", Tokenizer, "--out", shapes.PathOf("tokens/half.safetensors"), "--training", "--bf16");
        var (whole, half) = (SafeTensors.Read(path).Tensors["tokens"], SafeTensors.Read(shapes.PathOf("tokens/half.safetensors")).Tensors["tokens"]);
        Assert.InRange(whole.eq(half).to(float32).mean().ToDouble(), 0.9, 0.99999);

        var (clips, tokens) = (ModelManifest.Read(shapes.PathOf("by-clips/model")), ModelManifest.Read(shapes.PathOf("by-tokens/model")));
        Assert.Equal(clips.Metrics["heldOutLoss"], tokens.Metrics["heldOutLoss"], 1e-4);
    }

    [Fact]
    public async Task Tokenize_Flip_HoldsEachWindowMirroredToo()
    {
        var path = shapes.PathOf("tokens/flipped.safetensors");
        await ShapesFixture.SucceedAsync("tokenize", "--data", shapes.Data, "--tokenizer", Tokenizer, "--out", path, "--training", "--windows", "2", "--flip");

        using var scope = NewDisposeScope();
        var (tensors, _) = SafeTensors.Read(path);
        var pairs = tensors["tokens"].view(-1, 2, tensors["tokens"].size(1), tensors["tokens"].size(2));
        Assert.Equal(tensors["tokens"].size(0) / 2, tensors["flipped"].sum().ToInt64());
        Assert.NotEqual(0, pairs.select(1, 0).ne(pairs.select(1, 1)).sum().ToInt64());

        string[] command = ["train", "transformer", .. shapes.Brief(shapes.PathOf("by-flipped")), "--tokenizer", Tokenizer, "--tokens", path, "--tasks", "frame-prediction"];
        await ShapesFixture.SucceedAsync([.. command, "--flip"]);

        Assert.Contains("give --training too", await ShapesFixture.RefuseAsync("tokenize", "--data", shapes.Data, "--tokenizer", Tokenizer, "--out", path, "--flip"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_TokensOfAnotherTokenizer_AreRefused()
    {
        var path = shapes.PathOf("tokens/other.safetensors");
        await ShapesFixture.SucceedAsync(["train", "tokenizer", .. shapes.Brief(shapes.PathOf("tokens-other"), 1), "--seed", "5"]);
        await ShapesFixture.SucceedAsync("tokenize", "--data", shapes.Data, "--tokenizer", shapes.PathOf("tokens-other/model"), "--out", path, "--training", "--windows", "1");
        Assert.Contains("made by tokenizer", await ShapesFixture.RefuseAsync(
            ["train", "transformer", .. shapes.Brief(shapes.PathOf("refused")), "--tokenizer", Tokenizer, "--tokens", path]), StringComparison.Ordinal);
    }
}
