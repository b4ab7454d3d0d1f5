using Magvit.Infrastructure;
using Magvit.Worker.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Worker.Tests.Models;

public sealed class ModelCatalogTests : IDisposable
{
    private readonly TinyModelFolder _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public void Scan_ModelBesideDamagedOnes_DescribesItAndLeavesThemOut()
    {
        Directory.CreateDirectory(Path.Combine(_models.Path, "empty"));
        Copy("truncated");
        var weights = Path.Combine(_models.Path, "truncated", "tokenizer", "model.safetensors");
        File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..100]);
        Copy("mixed");
        File.AppendAllText(Path.Combine(_models.Path, "mixed", "tokenizer", "model.safetensors"), "another hash");
        using var catalog = NewCatalog();

        var model = Assert.Single(catalog.Scan());

        Assert.Equal((TinyModelFolder.ModelName, _models.TransformerHash), (model.Name, model.ModelHash));
        Assert.Equal((16, 16, 16, 4 * 4 * 4), (model.Frames, model.Height, model.Width, model.TokenGrid.Frames * model.TokenGrid.Height * model.TokenGrid.Width));
        Assert.Equal(TinyModelFolder.ClassNames, model.ClassNames);
        Assert.Equal(11, model.Tasks.Count);
    }

    [Fact]
    public void Rent_ThirdModel_ForgetsTheLeastRecentlyUsed()
    {
        Copy("a");
        Copy("b");
        using var catalog = NewCatalog();
        var tiny = Use(catalog, TinyModelFolder.ModelName);
        Use(catalog, "a");
        Assert.Same(tiny, Use(catalog, TinyModelFolder.ModelName));

        Use(catalog, "b");

        Assert.Equal(["b", TinyModelFolder.ModelName], catalog.LoadedNames);
    }

    [Fact]
    public void Rent_WhileOthersAreInUse_KeepsThemUntilTheyAreGivenBack()
    {
        Copy("a");
        Copy("b");
        using var catalog = NewCatalog();
        var tiny = catalog.Rent(TinyModelFolder.ModelName, float32);
        using var a = catalog.Rent("a", float32);
        using var b = catalog.Rent("b", float32);
        Assert.Equal(["b", "a", TinyModelFolder.ModelName], catalog.LoadedNames);

        tiny.Dispose();

        Assert.Equal(["b", "a"], catalog.LoadedNames);
    }

    private static Model.Generation.VideoGenerator Use(ModelCatalog catalog, string name)
    {
        using var lease = catalog.Rent(name, float32);
        return lease.Generator;
    }

    private ModelCatalog NewCatalog() => new(Options.Create(new PlatformOptions { ModelsPath = _models.Path }), NullLogger<ModelCatalog>.Instance);

    private void Copy(string name)
    {
        foreach (var part in new[] { "tokenizer", "transformer" })
        {
            var folder = Directory.CreateDirectory(Path.Combine(_models.Path, name, part)).FullName;
            foreach (var file in Directory.EnumerateFiles(Path.Combine(_models.ModelPath, part)))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }
        }
    }
}
