using Magvit.Domain.Decoding;
using Magvit.Domain.Generation;
using Magvit.Domain.Models;
using Magvit.Domain.Tests.Decoding;
using Xunit;

namespace Magvit.Domain.Tests.Generation;

public sealed class RevisionValidatorTests
{
    private static readonly DecodingHistory History = Histories.Small();

    private static readonly InstalledModel Model = new()
    {
        Name = "demo-64",
        Kind = ModelKind.Transformer,
        Preset = "demo-64",
        ModelHash = History.ModelHash,
        TokenizerHash = History.TokenizerHash,
        Frames = 8,
        Height = 12,
        Width = 16,
        TokenGrid = History.Grid,
        ParameterCount = 1,
    };

    public static TheoryData<string, Revision, string?> OneFault() => new()
    {
        { "branch from the first step", new Revision { Step = 1 }, null },
        { "branch from the last but one", new Revision { Step = 2 }, null },
        { "branch from the beginning", new Revision { Step = 0 }, "step" },
        { "branch from the end", new Revision { Step = 3 }, "step" },
        { "branch with other steps", new Revision { Step = 1, Steps = 8 }, "steps" },
        { "branch with the parent's steps", new Revision { Step = 1, Steps = 3 }, null },
        { "branch and cells", new Revision { Step = 1, Cells = TokenCells.Of([1]) }, "step" },
        { "branch that keeps pixels", new Revision { Step = 1, KeepPixels = true }, "keepPixels" },
        { "cells beside kept pixels", new Revision { Cells = TokenCells.Of([0]), KeepPixels = true }, null },
        { "some cells", new Revision { Cells = TokenCells.Of([0, 23]) }, null },
        { "no cells", new Revision { Cells = TokenCells.Of([]) }, "cells" },
        { "nothing said", new Revision(), "cells" },
        { "a cell outside the grid", new Revision { Cells = TokenCells.Of([24]) }, "cells" },
        { "a locked cell outside the grid", new Revision { Weakest = 0.1, Locked = TokenCells.Of([99]) }, "locked" },
        { "chosen cells are locked", new Revision { Cells = TokenCells.Of([3]), Locked = TokenCells.Of([3, 4]) }, "cells" },
        { "all cells locked", new Revision { Locked = TokenCells.Of(Enumerable.Range(0, 24)) }, "cells" },
        { "all but the locked", new Revision { Locked = TokenCells.Of([3, 4]) }, null },
        { "weakest", new Revision { Weakest = 0.1 }, null },
        { "weakest none", new Revision { Weakest = 0 }, "weakest" },
        { "weakest in per cent", new Revision { Weakest = 10 }, "weakest" },
        { "weakest not a number", new Revision { Weakest = double.NaN }, "weakest" },
    };

    [Theory]
    [MemberData(nameof(OneFault))]
    public void Validate_OneFault_NamesItsFieldOnly(string fault, Revision revision, string? field)
    {
        var problems = RevisionValidator.Validate(revision, History, Model.Name, Model);
        Assert.True(
            field is null ? problems.Count == 0 : problems.Count == 1 && problems[0].Field == field,
            $"{fault}: {string.Join(" / ", problems.Select(problem => $"{problem.Field}: {problem.Message}"))}");
    }

    [Fact]
    public void Validate_ClipThatNothingCanGoOnFrom_SaysWhyAndWhatToDo()
    {
        var revision = new Revision { Step = 1 };

        Assert.Contains("Generate it again", Message(null, Model), StringComparison.Ordinal);
        Assert.Contains("gone", Message(History with { Steps = [.. History.Steps.Take(2)] }, Model), StringComparison.Ordinal);
        Assert.Contains("not installed", Message(History, null), StringComparison.Ordinal);
        Assert.Contains("another version", Message(History, Model with { ModelHash = "c" }), StringComparison.Ordinal);
        Assert.Contains("another version", Message(History, Model with { TokenizerHash = "c" }), StringComparison.Ordinal);
        Assert.Contains("2 × 3 × 4", Message(History, Model with { TokenGrid = new TokenGrid(4, 16, 16) }), StringComparison.Ordinal);

        string Message(DecodingHistory? history, InstalledModel? model)
        {
            var problem = Assert.Single(RevisionValidator.Validate(revision, history, "demo-64", model));
            Assert.Equal("parent", problem.Field);
            return problem.Message;
        }
    }

    [Fact]
    public void CellsOf_EachKind_IsWhatIsDecodedAgain()
    {
        Assert.Equal("2,5", new Revision { Cells = TokenCells.Of([2, 5, 7]), Locked = TokenCells.Of([7]) }.CellsOf(History).ToString());
        Assert.Equal("0-5", new Revision { Weakest = 0.25 }.CellsOf(History).ToString());
        Assert.Equal("0-5,20", new Revision { Weakest = 0.25, Cells = TokenCells.Of([20]) }.CellsOf(History).ToString());
        Assert.Equal("0-2,5-23", new Revision { Locked = TokenCells.Of([3, 4]) }.CellsOf(History).ToString());
    }
}
