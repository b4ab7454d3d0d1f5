using System.Text.Json;
using Magvit.Domain.Generation;
using Xunit;

namespace Magvit.Domain.Tests.Generation;

public sealed class GenerationTaskCatalogTests
{
    /// <summary>The names of design section 4; they are in scripts, recipes and files, so they never change.</summary>
    private static readonly string[] Names =
    [
        "frame-prediction", "frame-interpolation", "outpaint-central", "outpaint-vertical", "outpaint-horizontal", "outpaint-dynamic",
        "inpaint-central", "inpaint-dynamic", "class-conditional", "class-frame-prediction", "custom-mask",
    ];

    [Fact]
    public void All_Tasks_AreThereOnceUnderTheirNames()
    {
        Assert.Equal(Names, GenerationTaskCatalog.Names);
        Assert.Equal(Enum.GetValues<GenerationTask>(), GenerationTaskCatalog.All.Select(info => info.Task));
        Assert.All(GenerationTaskCatalog.All, info => Assert.EndsWith(".", info.Description, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_EachName_ReadsWhatJsonWrites()
    {
        foreach (var info in GenerationTaskCatalog.All)
        {
            Assert.Same(info, GenerationTaskCatalog.Parse(info.Name));
            Assert.Equal($"\"{info.Name}\"", JsonSerializer.Serialize(info.Task));
            Assert.Equal(info.Task, JsonSerializer.Deserialize<GenerationTask>($"\"{info.Name}\""));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("FramePrediction")]
    [InlineData("make-coffee")]
    public void TryParse_UnknownName_IsNotATask(string? name)
    {
        Assert.False(GenerationTaskCatalog.TryParse(name, out _));
        var problem = GenerationTaskCatalog.UnknownTask(name);
        Assert.Equal(Names, problem.Allowed);
        Assert.All(Names, known => Assert.Contains(known, problem.Message, StringComparison.Ordinal));
    }
}
