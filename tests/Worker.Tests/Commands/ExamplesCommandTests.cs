using System.Security.Cryptography;
using Magvit.Domain.Generation;
using Magvit.Infrastructure.Media;
using Magvit.Model.Checkpoints;
using Xunit;

namespace Magvit.Worker.Tests.Commands;

[Collection(nameof(ModelCommands))]
public sealed class ExamplesCommandTests(ShapesFixture shapes)
{
    [Fact]
    public async Task Examples_TinyModel_WritesEachTaskAndClassWithARecipeThatFits()
    {
        var model = shapes.PathOf("examples/tiny");
        await ShapesFixture.SucceedAsync(
            "convert", "model", "--tokenizer", Path.Combine(shapes.TokenizerRun, "model"), "--transformer", Path.Combine(shapes.TransformerRun, "model"), "--out", model, "--guidance", "1.5");
        await ShapesFixture.SucceedAsync("examples", "--model", model, "--data", shapes.Data, "--seed", "7");

        var gallery = Path.Combine(model, "gallery");
        var files = Directory.GetFiles(gallery, "*.mp4").Order(StringComparer.Ordinal).ToList();
        var recipes = new List<Recipe>();
        foreach (var file in files)
        {
            recipes.Add(Recipe.FromJson(await RecipeMetadata.ReadAsync(file, CancellationToken.None) ?? ""));
        }

        var classes = ModelManifest.Read(Path.Combine(model, "transformer")).ClassNames;
        Assert.Equal(Enum.GetValues<GenerationTask>().Order(), recipes.Select(recipe => recipe.Task).Distinct().Order());
        Assert.Equal(classes, recipes.Where(recipe => recipe.Task == GenerationTask.ClassConditional).Select(recipe => recipe.ClassName));
        Assert.Equal(Enumerable.Range(7, files.Count).Select(seed => (long)seed), recipes.Select(recipe => recipe.Seed));
        Assert.All(recipes, recipe => Assert.Equal(("tiny", ModelFolder.Hash(Path.Combine(model, "tokenizer"))), (recipe.Model.Name, recipe.Model.TokenizerHash)));

        Assert.All(recipes, recipe => Assert.Equal(recipe.ClassName is null ? 0 : 1.5, recipe.Guidance));

        // Every clip and mask that a recipe names lies beside it.
        var inputs = Directory.GetFiles(Path.Combine(gallery, "inputs")).Concat(Directory.GetFiles(Path.Combine(gallery, "masks")))
            .Select(path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))).ToList();
        Assert.All(recipes.SelectMany(recipe => new[] { recipe.Input?.Sha256, recipe.Mask }).OfType<Domain.Assets.ContentHash>(), hash => Assert.Contains(hash.Value, inputs));

        Assert.Contains("nobody/none is no held-out clip", await ShapesFixture.RefuseAsync(
            "examples", "--model", model, "--data", shapes.Data, "--inputs", "nobody/none"), StringComparison.Ordinal);
        Assert.Equal(files.Count, Directory.GetFiles(gallery, "*.mp4").Length); // a refusal leaves what is there
    }
}
