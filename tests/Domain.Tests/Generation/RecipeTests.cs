using System.Text.Json;
using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Xunit;

namespace Magvit.Domain.Tests.Generation;

public sealed class RecipeTests
{
    private static readonly Recipe Sample = new()
    {
        Task = GenerationTask.InpaintDynamic,
        Input = new RecipeInput(ContentHash.Of([1]), 4, 2),
        Mask = ContentHash.Of([2]),
        ClassName = "jump",
        Model = new RecipeModel("demo-64", "aa", "bb"),
        Seed = GenerationLimits.MaxSeed,
        Steps = 12,
        Schedule = GenerationSchedules.Cosine,
        Temperature = 4.5,
        Guidance = 0.1,
        KeepInput = true,
        SoftwareVersion = "0.1.0",
        Device = "cpu",
        TokensHash = "cc",
        Parents = [Guid.NewGuid(), Guid.NewGuid()],
        CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FromJson_WhatToJsonWrote_IsTheSameRecipe(bool indented)
    {
        var copy = Recipe.FromJson(Sample.ToJson(indented));
        Assert.Equal(Sample, copy);
        Assert.Equal(Sample.GetHashCode(), copy.GetHashCode());
        Assert.NotEqual(Sample, copy with { Seed = 1 });
    }

    [Fact]
    public void ToJson_Always_HasTheNamesThatFilesCarry()
    {
        using var json = JsonDocument.Parse(Sample.ToJson());
        var root = json.RootElement;
        Assert.Equal(1, root.GetProperty("schemaVersion").GetInt32());
        Assert.Equal("inpaint-dynamic", root.GetProperty("task").GetString());
        Assert.Equal(Sample.Input!.Sha256.Value, root.GetProperty("input").GetProperty("sha256").GetString());
        Assert.Equal("bb", root.GetProperty("model").GetProperty("tokenizerHash").GetString());
        Assert.Equal(GenerationLimits.MaxSeed, root.GetProperty("seed").GetInt64());
        Assert.Equal(2, root.GetProperty("parents").GetArrayLength());
    }

    [Fact]
    public void ToJson_NoInputMaskOrClass_LeavesThemOut()
    {
        var json = (Sample with { Input = null, Mask = null, ClassName = null }).ToJson();
        Assert.DoesNotContain("null", json, StringComparison.Ordinal);
        Assert.DoesNotContain("className", json, StringComparison.Ordinal);
    }

    [Fact]
    public void FromJson_LaterVersion_SaysWhichIsKnown()
    {
        var later = (Sample with { SchemaVersion = 2 }).ToJson();
        Assert.Contains("expected schemaVersion 1, got 2", Assert.Throws<JsonException>(() => Recipe.FromJson(later)).Message, StringComparison.Ordinal);
    }
}
