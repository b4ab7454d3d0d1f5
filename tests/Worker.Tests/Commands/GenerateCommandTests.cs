using Magvit.Domain.Generation;
using Magvit.Infrastructure.Media;
using Magvit.Testing;
using Xunit;

namespace Magvit.Worker.Tests.Commands;

/// <summary><c>generate</c> beyond the model's clips, which are sixteen frames of 16 x 16 here.</summary>
public sealed class GenerateCommandTests : IDisposable
{
    private readonly TinyModelFolder _models = new();
    private readonly TestMedia _media = new();

    public void Dispose()
    {
        _models.Dispose();
        _media.Dispose();
    }

    [Fact]
    public async Task Generate_LengthAndCanvas_WritesThatClipWithItsRecipe()
    {
        var clip = _media.MakeClip("clip.mp4");
        string[] basics = ["generate", "--model", _models.ModelPath, "--input", clip, "--steps", "2", "--seed", "3"];
        await ShapesFixture.SucceedAsync(
            [.. basics, "--task", "frame-prediction", "--given-frames", "4", "--frames", "30", "--overlap", "8", "--top-k", "9", "--output", _media.PathOf("long.mp4")]);
        await AssertClipAsync("long.mp4", 30, 16, 16);
        var recipe = Recipe.FromJson((await RecipeMetadata.ReadAsync(_media.PathOf("long.mp4"), CancellationToken.None))!);
        Assert.Equal((30, 4, 8, 9), (recipe.Frames, recipe.GivenFrames, recipe.Overlap, recipe.TopK));

        await ShapesFixture.SucceedAsync(
            [.. basics, "--task", "outpaint-vertical", "--canvas", "40x16", "--clip-at", "24,0", "--top-p", "0.9", "--output", _media.PathOf("wide.png")]);
        recipe = Recipe.FromJson((await RecipeMetadata.ReadAsync(_media.PathOf("wide.png"), CancellationToken.None))!);
        Assert.Equal((new GenerationCanvas(40, 16, 24, 0), 0.9), (recipe.Canvas, recipe.TopP));
    }

    [Fact]
    public async Task Generate_WhatDoesNotFit_SaysAllThatIsAllowed()
    {
        string[] basics = ["generate", "--model", _models.ModelPath, "--input", _media.MakeClip("clip.mp4"), "--output", _media.PathOf("out.mp4")];
        Assert.Contains("WxH", await ShapesFixture.RefuseAsync([.. basics, "--task", "outpaint-central", "--canvas", "wide"]), StringComparison.Ordinal);
        Assert.Contains("need --canvas", await ShapesFixture.RefuseAsync([.. basics, "--task", "outpaint-central", "--clip-at", "1,1"]), StringComparison.Ordinal);
        var error = await ShapesFixture.RefuseAsync([.. basics, "--task", "frame-prediction", "--frames", "9", "--overlap", "4"]);
        Assert.Contains("frames must be from 16 to 1024, got 9", error, StringComparison.Ordinal);
        error = await ShapesFixture.RefuseAsync([.. basics, "--task", "inpaint-central", "--canvas", "32x32", "--frames", "32"]);
        Assert.Contains("has the length of the model", error, StringComparison.Ordinal);
        Assert.Contains("has the size of the model", error, StringComparison.Ordinal);
    }

    private async Task AssertClipAsync(string name, int frames, int height, int width)
    {
        var clip = await VideoReader.ReadAllFramesAsync(_media.PathOf(name), width, height, FitMode.CentreCrop, CancellationToken.None);
        Assert.Equal((frames, 0), (clip.Count, clip.Notes.Count));
    }
}
